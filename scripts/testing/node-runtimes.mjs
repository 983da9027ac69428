// Owns the real Node binaries that the tests run on. Refuses binaries that are not the pinned ones.
import { existsSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import { say, SetupError } from '../setup/command.mjs'
import { lock } from '../setup/lock.mjs'
import { assemblePackage, extract } from '../setup/npm-package.mjs'
import { sharedCacheDir } from '../setup/places.mjs'

/** npm's `node-<platform>-<arch>` packages carry the official binaries. 18.15 is what Electron 25 has, 24 what Electron 45 has. */
const RUNTIMES = [
  {
    version: '18.15.0',
    integrity: {
      'linux-x64': 'sha512-Tj2msn+e/rgEp9iNgE/RbbsFLuo3/qpg+DPQeD4BFWPPhUHfCGPXuyVPY1o57DkbEMmLAHB0w2yQWJY/CaqrMQ==',
      'linux-arm64': 'sha512-ZOgrYkXwI05pnDrtqB/91w4Xw5HesJHEaS4U61tMCG0k14fAV4xnDVBZjYovSTVvajbq07W5LdYBibdizMbdhQ==',
    },
  },
  {
    version: '20.20.2',
    integrity: {
      'linux-x64': 'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
      'linux-arm64': 'sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
    },
  },
  {
    version: '24.21.0',
    integrity: {
      'linux-x64': 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
      'linux-arm64': 'sha512-FpJRPEz2OvvTLfjIOlNGFY9JLPMKgl5m+d4oGYBLg24kJ1mmvN1Zl/HPJgF4HDaJ51ISev1l1cRZ/DM+keXW5g==',
    },
  },
]

const platform = `${process.platform}-${process.arch}`

/** Whether the pinned binaries exist for this system. */
export const hasNodeRuntimes = RUNTIMES.every(({ integrity }) => platform in integrity)

/**
 * The Node binaries to test on, fetched on first use: `[{ version, executable }]`. One whose major version is `except` is left out.
 * @throws SetupError when one cannot be had.
 */
export async function ensureNodeRuntimes({ except } = {}) {
  if (!hasNodeRuntimes) {
    throw new SetupError(
      `there are no pinned Node binaries for ${platform}`,
      'Run test:runtimes on Linux (x64 or arm64), as CI does.',
    )
  }
  const ready = []
  for (const { version, integrity } of RUNTIMES.filter((runtime) => runtime.version.split('.')[0] !== except)) {
    const target = join(sharedCacheDir(), `node-${version}-${platform}`)
    const executable = join(target, 'node')
    const release = await lock(`${target}.lock`)
    try {
      if (!existsSync(executable)) {
        say(`fetching Node ${version} for the tests, once …`)
        await assemblePackage({
          spec: `node-${platform}@${version}`,
          integrity: integrity[platform],
          target,
          assemble: (archive, out) => {
            extract(archive, out, 'package/bin/node')
            renameSync(join(out, 'package', 'bin', 'node'), join(out, 'node'))
          },
        })
      }
    } finally {
      release()
    }
    ready.push({ version, executable })
  }
  return ready
}
