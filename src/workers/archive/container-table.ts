/**
 * Owns which code opens which kind of container. Refuses: telling kinds apart (container-kind) and judging what is in one (expand).
 */
import type { ContainerKind } from '../../shared/kinds'
import { createCompressed } from './compressed-container'
import type { OpenContainer } from './container'
import { openMailContainer, openMailboxContainer, openOutlookContainer, openTnefContainer } from './mail-container'
import { openSevenZip } from './seven-zip-container'
import { openTarContainer } from './tar-container'
import { openZipContainer } from './zip-container'

/** One row for each kind. Readers that weigh something are loaded by the row when first needed. */
export const containerTable: Readonly<Record<ContainerKind, OpenContainer>> = {
  zip: openZipContainer,
  tar: openTarContainer,
  gzip: createCompressed('gzip'),
  bzip2: createCompressed('bzip2'),
  xz: createCompressed('xz'),
  zstd: createCompressed('zstd'),
  '7z': openSevenZip,
  eml: openMailContainer,
  msg: openOutlookContainer,
  mbox: openMailboxContainer,
  tnef: openTnefContainer,
}
