/**
 * Owns the page once its policy stands: styles, what is caught, and the first view.
 */
import './style-nonce'
import '@fontsource-variable/inter/index.css'
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './styles.css'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { App } from './app'
import { tellUncaught } from './client/uncaught'
import { takeOver } from './first-field'
import { printLight } from './exports/printing'
import { direction } from './text/language'

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no root element')
document.documentElement.dir = direction
tellUncaught()
printLight()
takeOver(() =>
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  ),
)
