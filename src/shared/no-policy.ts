/**
 * Owns the policy of a computer that nobody manages. Apart from the reading of policies, which the start of most computers can do without.
 */
/** Nobody manages this computer. */
export const noPolicy = {
  path: null,
  place: null,
  organization: null,
  contact: null,
  broken: false,
  problems: [],
  settings: {},
  providers: 'any',
  budgets: null,
  dataDir: null,
  updates: null,
  updateFeed: null,
  updateKey: null,
  telemetry: null,
} as const
