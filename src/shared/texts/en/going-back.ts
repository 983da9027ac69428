/** Owns the English of the page that asks about a new version that does not start. */
export const goingBack = {
  title: 'Sluice: the new version does not start',
  head: 'Version {{version}} does not start',
  failed_one: 'It was installed lately, and has failed to start {{count, number}} time since.',
  failed_other: 'It was installed lately, and has failed to start {{count, number}} times since.',
  byItself:
    'Sluice can put version {{version}} back. The system may ask for a password. The version that fails is not offered again.',
  byInstaller:
    'Sluice can put version {{version}} back: it closes, and the installer of that version takes over. The system may ask whether it may. The version that fails is not offered again.',
  checking: 'The package of version {{version}} is being checked…',
  byHand:
    'Version {{version}} has to be put back by hand. Its package was checked, and is what was signed. It is here: {{file}}',
  changed: 'The file {{file}} is not what was signed for version {{version}}. Do not install it.',
  unproven: 'Nothing shows that {{file}} is what was signed for version {{version}} ({{reason}}). Do not install it.',
  elsewhere: 'Get version {{version}} from where you got Sluice, and install it over this version.',
  fetch:
    'The package of version {{version}} is not on this computer. Get it from where you got Sluice, and install it over this version.',
  dataSame: 'The data stay as they are: both versions read them.',
  dataRestored:
    'The new version has changed the data. Going back brings the backup from before that: what was added since is not found then. It is kept aside as a backup, and your documents stay where they are.',
  dataOffered:
    'The new version has changed the data. Version {{version}} offers the backup from before that when it is there again: what was added since is not found then. It is kept aside as a backup, and your documents stay where they are.',
  dataStuck:
    'The new version has changed the data, and the backup from before that is gone: the version before could not read them.',
  back: 'Go back to version {{version}}',
  again: 'Try again',
  working: 'Going back to version {{version}}… The system may ask for a password.',
  untouched: 'Your documents are not touched by any of this.',
} as const
