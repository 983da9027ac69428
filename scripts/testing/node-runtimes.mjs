// Owns which real Node binaries the tests run on. Refuses to fetch them itself: scripts/setup/node-binary.mjs does.
import { SetupError } from '../setup/command.mjs'
import { ensureNodeBinary, hasNodeBinary } from '../setup/node-binary.mjs'

/** 18.15 is what Electron 25 has, 24 what Electron 45 has. */
const VERSIONS = ['18.15.0', '20.20.2', '24.21.0']

/** Whether the pinned binaries exist for this system. */
export const hasNodeRuntimes = VERSIONS.every(hasNodeBinary)

/**
 * The Node binaries to test on, fetched on first use: `[{ version, executable }]`. One whose major version is `except` is left out.
 * @throws SetupError when one cannot be had.
 */
export async function ensureNodeRuntimes({ except } = {}) {
  if (!hasNodeRuntimes) {
    throw new SetupError(
      `there are no pinned Node binaries for ${process.platform}-${process.arch}`,
      'Run test:runtimes on Linux (x64 or arm64), as CI does.',
    )
  }
  const ready = []
  for (const version of VERSIONS.filter((version) => version.split('.')[0] !== except)) {
    const { executable } = await ensureNodeBinary(version)
    ready.push({ version, executable })
  }
  return ready
}
