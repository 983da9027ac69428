// Owns the test that no search is kept while the history is switched off, and that what was kept before stays until it is cleared.
import { afterAll, expect, it } from 'vitest'
import { makeTempDir, startOwner } from '../../support/engine'

const data = makeTempDir('history-switch')
afterAll(() => {
  data.remove()
})

it('a search is kept while the history is on, and none while it is off', { timeout: 30_000 }, async () => {
  const engine = await startOwner({ dataDir: data.path })
  try {
    const kept = async (): Promise<string[]> => {
      const { entries } = await engine.call('searchHistory.list', {})
      return entries.map(({ query }) => query)
    }
    await engine.call('search', { query: 'herons', mode: 'keyword', remember: true })
    expect(await kept()).toEqual(['herons'])
    await engine.call('settings.set', { name: 'search.history', value: 0 })
    await engine.call('search', { query: 'something private', mode: 'keyword', remember: true })
    expect(await kept()).toEqual(['herons'])
    await engine.call('searchHistory.clear', {})
    expect(await kept()).toEqual([])
  } finally {
    await engine.close()
  }
})
