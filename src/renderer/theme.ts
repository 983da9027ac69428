/**
 * Owns the look: colors, type, radius, spacing, and the defaults of components. Calm: one accent, quiet surfaces, no shadows but for
 * what floats. Every pair of text and background holds 4.5:1 in both schemes (the desktop tests measure it).
 */
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'
import { t } from './text/language'

/** The accent: water under an open sky. */
const tide: MantineColorsTuple = [
  '#edf6f5',
  '#d8ebe9',
  '#aed8d4',
  '#82c4be',
  '#5fb3ab',
  '#469f97',
  '#27807a',
  '#22706b',
  '#1a5a56',
  '#124542',
]

const gray: MantineColorsTuple = [
  '#f7f5f2',
  '#f0ede8',
  '#e6e2db',
  '#d8d3ca',
  '#bfb9ae',
  '#97918a',
  '#6c675f',
  '#524e47',
  '#383530',
  '#23211e',
]

const dark: MantineColorsTuple = [
  '#d9dfdf',
  '#b7c0c0',
  '#9aa5a6',
  '#6f7b7c',
  '#3b4547',
  '#2e3739',
  '#232b2d',
  '#181e20',
  '#131819',
  '#0d1112',
]

/** Signal colors: as the library's, but for the shade that text is set in, which holds 4.5:1 on its own tint. */
const yellow: MantineColorsTuple = [
  '#fdf6e3',
  '#f9eac2',
  '#f3d78c',
  '#eac254',
  '#e2b02f',
  '#d99f16',
  '#b98208',
  '#7a5400',
  '#5f4200',
  '#453000',
]

const orange: MantineColorsTuple = [
  '#fdf0e7',
  '#fae0ce',
  '#f4c09d',
  '#ee9f6a',
  '#e98345',
  '#e2702c',
  '#cf5f1d',
  '#97420f',
  '#7a3409',
  '#5a2605',
]

const red: MantineColorsTuple = [
  '#fdeeed',
  '#fadbd9',
  '#f5b5b1',
  '#f08e88',
  '#ea6a63',
  '#e2504a',
  '#cf3d38',
  '#a92620',
  '#861c18',
  '#631411',
]

export const theme = createTheme({
  primaryColor: 'tide',
  primaryShade: { light: 7, dark: 6 },
  colors: { tide, gray, dark, yellow, orange, red },
  fontFamily: "'Inter Variable', ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'Noto Sans', sans-serif",
  fontFamilyMonospace: "ui-monospace, 'Cascadia Code', 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace",
  headings: { fontWeight: '600' },
  fontSizes: { xs: '12px', sm: '13px', md: '14.5px', lg: '16px', xl: '19px' },
  defaultRadius: 'md',
  radius: { sm: '5px', md: '8px', lg: '12px' },
  focusRing: 'auto',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // Without it the first item gets the focus, and the menu has no child that is not an item.
    Menu: { defaultProps: { withInitialFocusPlaceholder: false } },
    Tooltip: { defaultProps: { openDelay: 400, withArrow: true } },
    Modal: {
      defaultProps: {
        centered: true,
        radius: 'lg',
        overlayProps: { backgroundOpacity: 0.4 },
        closeButtonProps: { 'aria-label': t('common.close') },
      },
    },
    Notification: { defaultProps: { closeButtonProps: { 'aria-label': t('common.close') } } },
    PasswordInput: { defaultProps: { visibilityToggleButtonProps: { 'aria-label': t('common.showTyped') } } },
    Button: { defaultProps: { size: 'sm' } },
    // Else the focus ring of a button in it is cut off.
    Alert: { styles: { message: { overflow: 'visible' } } },
    Progress: { defaultProps: { radius: 'xl' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
  },
})

export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-body': '#fbfaf8',
    '--mantine-color-text': '#23292b',
    '--mantine-color-dimmed': '#636059',
    '--mantine-color-placeholder': '#75716a',
    '--mantine-color-error': '#b3261e',
    '--mantine-color-default-border': '#dcd8d0',
    '--sluice-sidebar': '#f3f1ec',
    '--sluice-surface': '#ffffff',
    '--sluice-border': '#e7e3dc',
    '--sluice-hover': '#f5f3ee',
    '--sluice-chosen': '#e5e1d9',
    '--sluice-scroll-thumb': '#cbc6bc',
    '--sluice-mark': '#fbe7a6',
    '--sluice-mark-text': '#3b2f05',
    '--sluice-accent-text': '#1a5a56',
  },
  dark: {
    '--mantine-color-body': '#181e20',
    '--mantine-color-text': '#dde3e3',
    '--mantine-color-dimmed': '#9aa5a6',
    '--mantine-color-placeholder': '#8b9697',
    '--mantine-color-error': '#ff9c92',
    '--mantine-color-default-border': '#364042',
    // The shades made for it are nearly black; these stand off from a card and hold the text of a note.
    '--mantine-color-gray-light': '#2e3739',
    '--mantine-color-gray-light-hover': '#364042',
    '--code-bg': '#2e3739',
    '--sluice-sidebar': '#131819',
    '--sluice-surface': '#1e2527',
    '--sluice-border': '#2c3537',
    '--sluice-hover': '#232b2d',
    '--sluice-chosen': '#262f31',
    '--sluice-scroll-thumb': '#414c4e',
    '--sluice-mark': '#5a4a12',
    '--sluice-mark-text': '#ffedb0',
    '--sluice-accent-text': '#82c4be',
  },
})
