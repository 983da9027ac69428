/**
 * Owns the schema of colors: by which a person tells a collection from others at a glance, beside its name. Refuses: other versions.
 */
export const colors: readonly string[] = [`ALTER TABLE collections ADD COLUMN color TEXT`]
