/**
 * Owns the options of the desktop app: tray, notifications, start at login; and how work gives way to a person, to other programs, to the battery
 * and to a network that costs.
 * Refuses: limits of the work itself (work-limits.ts).
 */
import { GiB, MiB, type LimitRow } from './limit-row'

export const desktopLimits = {
  'desktop.tray': {
    unit: 'count',
    default: 1,
    min: 0,
    max: 1,
    code: null,
    reason:
      'On: a sign in the tray, and closing the window leaves work that is under way running there. Where the system has no tray, nothing changes.',
  },
  'desktop.notifications': {
    unit: 'count',
    default: 1,
    min: 0,
    max: 1,
    code: null,
    reason:
      'On: one notification for each job that ends while you look at another window, never one for each document.',
  },
  'desktop.undoMs': {
    unit: 'ms',
    default: 10_000,
    min: 0,
    max: 60_000,
    code: null,
    reason: 'So long a removal of documents in the window can be taken back; only then are they removed.',
  },
  'desktop.launchAtLogin': {
    unit: 'count',
    default: 0,
    min: 0,
    max: 1,
    code: null,
    reason: 'Off: a program that starts by itself is a choice of yours.',
  },
  'power.keepAwake': {
    unit: 'count',
    default: 1,
    min: 0,
    max: 1,
    code: null,
    reason: 'On: the computer does not fall asleep by itself while there is work, and only then. The screen may.',
  },
  'power.pauseOnBattery': {
    unit: 'count',
    default: 0,
    min: 0,
    max: 1,
    code: null,
    reason:
      'Off: who adds documents waits for them. On: nothing new is started on battery, and it goes on by itself at the mains.',
  },
  'power.polite': {
    unit: 'count',
    default: 0,
    min: 0,
    max: 1,
    code: null,
    reason:
      'Off: who adds documents waits for them. On: nothing new is started while other programs keep the processors busy.',
  },
  'power.busyPercent': {
    unit: 'count',
    default: 60,
    min: 10,
    max: 95,
    code: null,
    reason:
      'Share of all processors that other programs take for the time of power.busyMs before work waits for them, in percent.',
  },
  'power.busyMs': {
    unit: 'ms',
    default: 30_000,
    min: 5_000,
    max: 600_000,
    code: null,
    reason:
      'A page that opens or a program that starts is over sooner. As long as this they have to be quiet again, too.',
  },
  'power.metered': {
    unit: 'count',
    default: 0,
    min: 0,
    max: 2,
    code: null,
    reason:
      'Whether this network costs by what goes through it. While it does, work does not send anything to models on other computers; what you ask yourself is sent. auto (0): as the system says, where it does; yes (1); no (2).',
  },
  'polite.when': {
    unit: 'count',
    default: 0,
    min: 0,
    max: 2,
    code: null,
    reason:
      'When work keeps to the share below. off (0): who adds documents waits for them. in-use (1): while somebody uses the computer. always (2). Searches and answers are never held back.',
  },
  'polite.cpuPercent': {
    unit: 'count',
    default: 50,
    min: 5,
    max: 100,
    code: null,
    reason: 'Share of all processors together that polite work takes on average, in percent: 25 is a quarter, 50 half.',
  },
  'polite.memoryBytes': {
    unit: 'bytes',
    default: GiB,
    min: 256 * MiB,
    max: 1024 * GiB,
    code: null,
    reason:
      'Memory of all workers together while work is polite. Beyond it only one task runs at a time: a large document may take more, and is not given up for it.',
  },
  'updates.check': {
    unit: 'count',
    default: 0,
    min: 0,
    max: 1,
    code: null,
    reason:
      'Off: Sluice asks nobody by itself. On: the installed app asks the feed at the start and once a day whether there is a newer version, and says so; it downloads and installs nothing before you agree.',
  },
  'updates.channel': {
    unit: 'count',
    default: 0,
    min: 0,
    max: 1,
    code: null,
    reason:
      'Which versions of the feed are offered. stable (0): finished ones. beta (1): those to be tried before, too.',
  },
} as const satisfies Record<string, LimitRow>
