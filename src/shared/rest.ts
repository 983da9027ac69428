/**
 * Owns why work may rest for a while without anything being wrong. Each is an error code, whose sentence says what it waits for.
 */
export const restReasons = ['ON_BATTERY', 'MACHINE_BUSY'] as const
export type RestReason = (typeof restReasons)[number]
