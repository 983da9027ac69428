/**
 * Owns the schema by which a job tells of what its label is made, so that it is read in other languages too; the label of an older job stays as it
 * was written. Refuses: other versions.
 */
export const labels: readonly string[] = ['ALTER TABLE jobs ADD COLUMN label_remark TEXT']
