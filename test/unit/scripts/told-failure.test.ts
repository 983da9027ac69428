// The lint rule that no failure in the window is silent.
import { Linter } from 'eslint'
import { describe, expect, test } from 'vitest'
import { toldFailure } from '../../../scripts/lint/told-failure.mjs'

const judge = (code: string): (string | undefined)[] =>
  new Linter()
    .verify(code, [
      { plugins: { house: { rules: { 'told-failure': toldFailure } } }, rules: { 'house/told-failure': 'error' } },
    ])
    .map(({ messageId }) => messageId)

describe('in the window', () => {
  test.each([
    ['work().catch(() => null)', 'deaf'],
    ['work().catch(function () {})', 'deaf'],
    ['work().catch((_thrown) => retry())', 'deaf'],
    ['work().then(show, () => hide())', 'deaf'],
    ['try { work() } catch { hide() }', 'deaf'],
    ['const press = () => { work().catch(showFailure) }', 'control'],
  ])('%s is refused', (code, why) => {
    expect(judge(code)).toEqual([why])
  })

  test.each([
    'work().catch((thrown) => tell(thrown))',
    'work().then(show, (thrown) => tell(thrown))',
    'useEffect(() => { work().catch(showFailure) }, [])',
    'try { work() } catch (thrown) { tell(thrown) }',
    'const action = useAction(work)',
  ])('%s is fine', (code) => {
    expect(judge(code)).toEqual([])
  })
})
