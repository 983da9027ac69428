/** Owns the English of words that stand everywhere. */
export const common = {
  cancel: 'Cancel',
  confirm: 'Confirm',
  close: 'Close',
} as const
