import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { contentPolicyOf, originOf } from '../../../src/main/app/content-policy'
import { findPageFile } from '../../../src/main/app/page-file'

const ROOT = join('/', 'opt', 'sluice', 'out', 'renderer')

describe('the files of the page', () => {
  it('are those under its folder, with their types', () => {
    expect(findPageFile(ROOT, 'sluice://app/index.html')).toEqual({
      path: join(ROOT, 'index.html'),
      contentType: 'text/html; charset=utf-8',
    })
    expect(findPageFile(ROOT, 'sluice://app/assets/a%20b.js?x=1#y')?.path).toBe(join(ROOT, 'assets', 'a b.js'))
  })

  it.each([
    ['a way out of the folder', 'sluice://app/..%2f..%2fpackage.html'],
    ['a folder whose name only begins like the page folder', 'sluice://app/..%2frenderer-old/index.html'],
    ['a name with a null byte', 'sluice://app/%00.html'],
    ['a name that is not Unicode', 'sluice://app/%ff.html'],
    ['a type the page does not have', 'sluice://app/index.html.map'],
    ['a folder', 'sluice://app/'],
    ['another host', 'sluice://apple/index.html'],
    ['another scheme', 'https://app/index.html'],
    ['no address at all', 'index.html'],
  ])('never are %s', (_what, address) => {
    expect(findPageFile(ROOT, address)).toBeNull()
  })
})

describe('the policy of the page', () => {
  it('denies everything that is not named, and never allows scripts by nonce or inline', () => {
    const policy = contentPolicyOf('abc')
    expect(policy.startsWith("default-src 'none'; script-src 'self'; style-src 'self' 'nonce-abc'")).toBe(true)
    expect(policy).not.toMatch(/unsafe|\*|https?:/)
  })

  it('compares origins by scheme and host', () => {
    expect(originOf('sluice://app/index.html?x')).toBe('sluice://app')
    expect(originOf('sluice://app.evil/index.html')).toBe('sluice://app.evil')
    expect(originOf('about:blank')).toBe('')
  })
})
