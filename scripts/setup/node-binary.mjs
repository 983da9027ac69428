// Owns fetching the official Node binaries, which npm's `node-<platform>-<arch>` packages carry. Refuses binaries that are not the pinned ones.
import { existsSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { say } from './command.mjs'
import { lock } from './lock.mjs'
import { assemblePackage, extract } from './npm-package.mjs'
import { sharedCacheDir } from './places.mjs'

/** By version and system: what npm says of the package's bytes. */
const INTEGRITY = {
  '18.15.0': {
    'linux-x64': 'sha512-Tj2msn+e/rgEp9iNgE/RbbsFLuo3/qpg+DPQeD4BFWPPhUHfCGPXuyVPY1o57DkbEMmLAHB0w2yQWJY/CaqrMQ==',
    'linux-arm64': 'sha512-ZOgrYkXwI05pnDrtqB/91w4Xw5HesJHEaS4U61tMCG0k14fAV4xnDVBZjYovSTVvajbq07W5LdYBibdizMbdhQ==',
  },
  '20.20.2': {
    'linux-x64': 'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
    'linux-arm64': 'sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
  },
  '24.21.0': {
    'linux-x64': 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
    'linux-arm64': 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    'win32-x64': 'sha512-0ddSuAi9KnmYzfjJwKfFUO5YfljMVfa9smiGRQXmp5QGhm8KXk7xbqkFNeaPXVaL6sfZ5oGfCD7q8wWY/TnypA==',
  },
}

const platform = `${process.platform}-${process.arch}`

/** Whether the pinned binary of a version exists for this system. */
export const hasNodeBinary = (version) => platform in (INTEGRITY[version] ?? {})

/**
 * The binary of a version for which `hasNodeBinary` holds, fetched on first use: `{ version, executable, licence }`, two paths.
 * @throws SetupError when it cannot be had, or when its bytes are not the pinned ones.
 */
export async function ensureNodeBinary(version) {
  const target = join(sharedCacheDir(), `node-binary-${version}-${platform}`)
  const name = process.platform === 'win32' ? 'node.exe' : 'node'
  const found = { version, executable: join(target, name), licence: join(target, 'LICENSE') }
  const release = await lock(`${target}.lock`)
  try {
    if (existsSync(found.executable)) return found
    say(`fetching Node ${version}, once …`)
    await assemblePackage({
      spec: `node-${platform.replace('win32', 'win')}@${version}`,
      integrity: INTEGRITY[version][platform],
      target,
      assemble: (archive, out) => {
        extract(archive, out, `package/bin/${name}`, 'package/LICENSE')
        renameSync(join(out, 'package', 'bin', name), join(out, name))
        renameSync(join(out, 'package', 'LICENSE'), join(out, 'LICENSE'))
        rmSync(join(out, 'package'), { recursive: true })
      },
    })
    return found
  } finally {
    release()
  }
}
