/** Owns the English of what every view does alike: telling failures, copying, taking back. */
export const client = {
  facts: 'Facts about the error',
  savedAs: 'Saved as {{file}}',
  copied: 'Copied',
  copiedWhat: '{{what}} copied',
  less: 'Less',
  details: 'Details',
  copy: 'Copy',
  saveReport: 'Save a report file…',
  undo: 'Undo',
} as const
