// Which AppImage runs is no matter of variables alone: a terminal inside of another program's AppImage hands its own on to all that is started from it.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { ownAppImage } from '../../../src/main/updates/app-image'

let top: string
let unfolded: string
let program: string
const IMAGE = '/home/somebody/Sluice.AppImage'
beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), 'sluice-image-'))
  unfolded = join(top, '.mount_Sluice')
  program = join(unfolded, 'sluice-window')
  mkdirSync(unfolded)
  writeFileSync(program, '')
})
afterEach(() => rmSync(top, { recursive: true, force: true }))

it('is the one whose unfolded folder has the program that runs', () => {
  expect(ownAppImage({ APPIMAGE: IMAGE, APPDIR: unfolded }, program)).toBe(IMAGE)
})

it.skipIf(process.platform === 'win32')('is found by another name of that folder', () => {
  const named = join(top, 'named')
  symlinkSync(unfolded, named)
  expect(ownAppImage({ APPIMAGE: IMAGE, APPDIR: named }, program)).toBe(IMAGE)
})

it('is none of another program from which this one was started', () => {
  const other = join(top, '.mount_Editor')
  mkdirSync(other)
  const beside = join(top, '.mount_Sluice2')
  mkdirSync(beside)
  for (const folder of [other, beside, join(top, 'gone'), ''])
    expect(ownAppImage({ APPIMAGE: '/home/somebody/Editor.AppImage', APPDIR: folder }, program), folder).toBeNull()
  expect(ownAppImage({ APPIMAGE: '/home/somebody/Editor.AppImage' }, program)).toBeNull()
  expect(ownAppImage({ APPDIR: unfolded }, program)).toBeNull()
})
