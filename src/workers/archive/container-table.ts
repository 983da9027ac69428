/**
 * Owns which code opens which kind of container. Refuses: telling kinds apart (container-kind) and judging what is in one (expand).
 */
import { AppError } from '../../shared/errors'
import type { ContainerKind } from '../../shared/kinds'
import type { OpenContainer } from './container'

/** A kind that is told apart but not opened. */
const refuseKind =
  (kind: ContainerKind): OpenContainer =>
  () =>
    Promise.reject(new AppError('UNSUPPORTED_FORMAT', { kind }))

/** One row for each kind. Readers that weigh something are loaded by the row when first needed. */
export const containerTable: Readonly<Record<ContainerKind, OpenContainer>> = {
  zip: refuseKind('zip'),
  tar: refuseKind('tar'),
  gzip: refuseKind('gzip'),
  bzip2: refuseKind('bzip2'),
  xz: refuseKind('xz'),
  zstd: refuseKind('zstd'),
  '7z': refuseKind('7z'),
  eml: refuseKind('eml'),
  msg: refuseKind('msg'),
  mbox: refuseKind('mbox'),
}
