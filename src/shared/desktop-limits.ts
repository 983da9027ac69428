/**
 * Owns the options of the desktop app: tray, notifications, start at login, and when work gives way to a person or to the battery.
 * Refuses: limits of the work itself (work-limits.ts).
 */
import type { LimitRow } from './limit-row'

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
    reason: 'Share of all processors that other programs take for half a minute before polite work waits, in percent.',
  },
} as const satisfies Record<string, LimitRow>
