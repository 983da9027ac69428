// Owns `node scripts/update-feed.mjs`: the keys of a feed for updates, and the signed files of a version in it. Refuses to publish: what it makes lies
// beside the packages, and a person copies the folder to a web server.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { KEY_VARIABLE, makeKeys, PUBLIC_KEY_FILE, writeFeed } from './package/feed.mjs'
import { fail, say, SetupError } from './setup/command.mjs'
import { root } from './setup/places.mjs'

const USAGE = `usage: node scripts/update-feed.mjs keys FOLDER
       node scripts/update-feed.mjs sign [options]

  keys FOLDER      makes a pair of keys there: the public one for the packages, the private one for whoever signs
  sign             writes and signs what the feed says of the packages in a folder, beside them
    --folder FOLDER    where the packages are (default: release)
    --version X.Y.Z    of the packages (default: package.json's)
    --channel NAME     stable, or beta for versions to be tried (default: by the version)
    --key FILE         the private key (default: the file that ${KEY_VARIABLE} names)
    --public-key FILE  what the packages trust (default: resources/update-key.pem)
    --notes FILE       what is new
    --platform NAME    linux, darwin or win32 (default: this one); --arch NAME: x64 or arm64`

function readWords() {
  return parseArgs({
    allowPositionals: true,
    options: {
      folder: { type: 'string' },
      version: { type: 'string' },
      channel: { type: 'string' },
      key: { type: 'string' },
      'public-key': { type: 'string' },
      notes: { type: 'string' },
      platform: { type: 'string' },
      arch: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
}

async function signFeed(values) {
  const keyFile = values.key ?? process.env[KEY_VARIABLE]
  if (!keyFile) throw new SetupError('no private key was named', `Give --key FILE, or set ${KEY_VARIABLE}.`)
  const names = await writeFeed({
    folder: values.folder ?? join(root, 'release'),
    version: values.version ?? JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).version,
    keyFile,
    channel: values.channel,
    platform: values.platform,
    arch: values.arch,
    notes: values.notes === undefined ? '' : readFileSync(values.notes, 'utf8').trim(),
    publicFile: values['public-key'] ?? PUBLIC_KEY_FILE,
  })
  say(`signed: ${names.join(', ')}`)
}

try {
  const { values, positionals } = readWords()
  const [what, folder] = positionals
  if (values.help || (what !== 'sign' && (what !== 'keys' || folder === undefined))) process.stdout.write(`${USAGE}\n`)
  else if (what === 'sign') await signFeed(values)
  else {
    const { publicFile, privateFile } = makeKeys(folder)
    say(`${publicFile}: for the packages; copy it to ${PUBLIC_KEY_FILE}`)
    say(`${privateFile}: for whoever signs; keep it apart from every server and repository`)
  }
} catch (error) {
  fail(error)
}
