/**
 * Owns what surrounds the views: theme, toasts, dialogs, the start of the engine, and which view is shown.
 */
import { AppShell, MantineProvider } from '@mantine/core'
import { useHotkeys } from '@mantine/hooks'
import { ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { useState } from 'react'
import { useAppCall } from './client/queries'
import { DocumentsView } from './documents/documents-view'
import { JobReportView } from './report/job-report-view'
import { QueueView } from './queue/queue-view'
import { SearchView } from './search/search-view'
import { DropOverlay } from './shell/drop-overlay'
import { JobAnnouncer } from './shell/job-announcer'
import { Sidebar } from './shell/sidebar'
import { StartScreen } from './shell/start-screen'
import { ViewBoundary } from './shell/view-boundary'
import { styleNonce } from './style-nonce'
import { cssVariables, theme } from './theme'
import type { ReactNode } from 'react'
import type { AppStatus } from '../shared/app-calls'
import type { Place, Scope } from './client/places'

const readNonce = (): string => styleNonce

/** The system (or the choice of the person, through the app) decides dark or light; nothing is kept in the page. */
const systemScheme = {
  get: () => 'auto' as const,
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
}

function Workspace({ status }: { readonly status: AppStatus }): ReactNode {
  const [place, setPlace] = useState<Place>({ view: 'search', jobId: null })
  const [scope, setScope] = useState<Scope>(null)
  const openJob = (jobId: string): void => setPlace({ view: 'queue', jobId })
  const openView = (view: Place['view']): void => setPlace({ view, jobId: null })
  useHotkeys(
    [
      ['mod+1', () => openView('search')],
      ['mod+2', () => openView('queue')],
      ['mod+3', () => openView('documents')],
      ['mod+K', () => openView('search')],
    ],
    [],
  )

  const shown: Record<Place['view'], ReactNode> = {
    search: <SearchView scope={scope} onShowQueue={() => openView('queue')} />,
    queue:
      place.jobId === null ? (
        <QueueView scope={scope} onOpenJob={openJob} />
      ) : (
        <JobReportView key={place.jobId} jobId={place.jobId} onBack={() => openView('queue')} />
      ),
    documents: <DocumentsView key={scope ?? ''} scope={scope} />,
  }

  return (
    <AppShell navbar={{ width: 252, breakpoint: 0 }} padding={0} transitionDuration={0}>
      <AppShell.Navbar>
        <Sidebar status={status} place={place} scope={scope} onView={openView} onScope={setScope} onOpenJob={openJob} />
      </AppShell.Navbar>
      <AppShell.Main h="100vh">
        <ViewBoundary key={`${place.view}-${place.jobId ?? ''}`}>{shown[place.view]}</ViewBoundary>
      </AppShell.Main>
      <DropOverlay scope={scope} />
      <JobAnnouncer onOpenJob={openJob} />
    </AppShell>
  )
}

function Start(): ReactNode {
  const { data: status } = useAppCall('app.status', {}, { topics: ['owner'], pauseMs: 50 })
  if (status?.state === 'ready') return <Workspace status={status} />
  return <StartScreen status={status} />
}

/** The whole page. */
export function App(): ReactNode {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      getStyleNonce={readNonce}
      defaultColorScheme="auto"
      colorSchemeManager={systemScheme}
    >
      <ModalsProvider labels={{ confirm: 'Confirm', cancel: 'Cancel' }}>
        <Notifications position="bottom-right" limit={4} />
        <ViewBoundary>
          <Start />
        </ViewBoundary>
      </ModalsProvider>
    </MantineProvider>
  )
}
