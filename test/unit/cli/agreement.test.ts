import { PassThrough, Writable } from 'node:stream'
import { expect, it } from 'vitest'
import { agrees } from '../../../src/main/cli/agreement'

const ask = (answer: string | null, isTTY: boolean, columns: number | null = 80) => {
  const input = Object.assign(new PassThrough(), { isTTY })
  let said = ''
  const output = new Writable({
    write: (chunk, _encoding, done) => {
      said += String(chunk)
      done()
    },
  })
  if (answer !== null) input.write(answer)
  else input.end()
  return agrees({ terminal: { columns }, question: 'Put 3 aside?', input, output }).then((agreed) => ({ agreed, said }))
}

it('asks somebody at a terminal, and takes nothing but yes for it', async () => {
  expect(await ask('y\n', true)).toEqual({ agreed: true, said: 'Put 3 aside? [y/N] ' })
  for (const yes of ['yes\n', ' YES \n']) expect(await ask(yes, true)).toMatchObject({ agreed: true })
  for (const no of ['\n', 'n\n', 'yesterday\n', null]) expect(await ask(no, true)).toMatchObject({ agreed: false })
})

it('asks no script', async () => {
  expect(await ask(null, false)).toEqual({ agreed: true, said: '' })
  expect(await ask(null, true, null)).toEqual({ agreed: true, said: '' })
})
