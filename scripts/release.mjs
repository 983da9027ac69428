// Owns `npm run release -- X.Y.Z`: version, changelog, notes, packages with checksums, licences and materials, the signed
// feed of updates where a key is named, and the commit with its tag.
// Refuses to publish anything: what it makes lies in release/, and the commit is pushed by a person.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ensure } from './bootstrap.mjs'
import { isHigher, readNewest, stampNewest } from './package/changelog.mjs'
import { KEY_VARIABLE, writeFeed } from './package/feed.mjs'
import { refuseChanges, refuseUnofficial } from './package/refusals.mjs'
import { capture, fail, npm, say, SetupError, show } from './setup/command.mjs'
import { root } from './setup/places.mjs'

const USAGE = 'usage: npm run release -- X.Y.Z'

const changelogFile = join(root, 'CHANGELOG.md')

function run(program, args, what) {
  const done = capture(program, args)
  if (done.code !== 0)
    throw new SetupError(`${what}: ${(done.stderr || done.stdout).trim()}`, 'Correct it, then try again.')
  return done.stdout.trim()
}

function refuse(version) {
  const { version: present } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  const { version: newest, day } = readNewest(readFileSync(changelogFile, 'utf8'))
  // The first version is released as what it is called already.
  const isFirst = day === null && version === present && version === newest
  if (!isFirst && !isHigher(version, present))
    throw new SetupError(`${version} does not come after ${present}`, 'Give a higher version.')
  refuseChanges()
  if (run('git', ['tag', '--list', `v${version}`], 'git tag') !== '')
    throw new SetupError(`v${version} exists already`, 'Give a higher version.')
}

/** Writes the version and the day, commits, tags, packages. What fails after the commit leaves it, and says how to go back. */
async function release(version) {
  refuse(version)
  // Before anything is written.
  refuseUnofficial(await ensure({ runtime: true }))
  const day = new Date().toISOString().slice(0, 10)
  const stamped = stampNewest(readFileSync(changelogFile, 'utf8'), version, day)
  const [program, first, options] = npm()
  const { version: present } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  if (version !== present) {
    const done = capture(program, [...first, 'version', version, '--no-git-tag-version'], options)
    if (done.code !== 0) throw new SetupError(`npm version: ${done.stderr.trim()}`, 'Correct it, then try again.')
  }
  writeFileSync(changelogFile, stamped)
  run('git', ['add', 'CHANGELOG.md', 'package.json', 'package-lock.json'], 'git add')
  run('git', ['commit', '--message', `Version ${version}`], 'git commit')
  run('git', ['tag', `v${version}`], 'git tag')
  const back = `To go back: git tag --delete v${version} && git reset --hard HEAD~1`
  const code = await show(process.execPath, [join(root, 'scripts', 'package.mjs'), '--release'])
  if (code !== 0) throw new SetupError(`${version} is committed, but its packages could not be made`, back)
  const notes = join(root, 'release', 'NOTES.md')
  writeFileSync(notes, `# Sluice ${version} (${day})\n\n${readNewest(stamped).notes}\n`)
  const keyFile = process.env[KEY_VARIABLE]
  if (keyFile) {
    const names = await writeFeed({
      folder: join(root, 'release'),
      version,
      keyFile,
      notes: readNewest(stamped).notes,
      date: `${day}T00:00:00.000Z`,
    })
    say(`Signed for the feed of updates: ${names.join(', ')}`)
  } else say(`No feed of updates was signed: ${KEY_VARIABLE} names no key.`)
  say(`\nVersion ${version} is committed and tagged; packages, checksums and notes are in release/.`)
  say(`Publish it: git push --follow-tags. ${back}`)
}

try {
  const [version] = process.argv.slice(2)
  if (version === undefined || version.startsWith('-')) process.stdout.write(`${USAGE}\n`)
  else await release(version)
} catch (error) {
  fail(error)
}
