/** Owns the English of the page that asks about a new version that does not start. */
export const goingBack = {
  title: 'Sluice: the new version does not start',
  head: 'Version {{version}} does not start',
  failed_one: 'It was installed lately, and has failed to start {{count, number}} time since.',
  failed_other: 'It was installed lately, and has failed to start {{count, number}} times since.',
  byItself:
    'Sluice can put version {{version}} back. The system may ask for a password. The version that fails is not offered again.',
  byHand: 'Version {{version}} has to be put back by hand. Its package is here: {{file}}',
  fetch:
    'The package of version {{version}} is not on this computer. Get it from where you got Sluice, and install it over this version.',
  dataSame: 'The data stay as they are: both versions read them.',
  dataRestored:
    'The new version has changed the data. Going back brings the backup from before that: what was added since is not found then. It is kept aside as a backup, and your documents stay where they are.',
  dataStuck:
    'The new version has changed the data, and the backup from before that is gone: the version before could not read them.',
  back: 'Go back to version {{version}}',
  again: 'Try again',
  working: 'Going back to version {{version}}… The system may ask for a password.',
  untouched: 'Your documents are not touched by any of this.',
} as const
