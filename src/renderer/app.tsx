/**
 * Owns what surrounds the views: theme, toasts, dialogs, the start of the engine, and which view is shown.
 */
import { AppShell, DirectionProvider, MantineProvider } from '@mantine/core'
import { modals, ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { doBeside } from './client/actions'
import { onShowSearch } from './client/changes'
import { useCommands } from './client/commands'
import { useAppCall } from './client/queries'
import { DeadLettersView } from './dead-letters/dead-letters-view'
import { RemovalAnnouncer } from './documents/removal-announcer'
import { DocumentsView } from './documents/documents-view'
import { Preview } from './preview/preview'
import { JobReportView } from './report/job-report-view'
import { ModelsView } from './models/models-view'
import { pauseAll, resumeAll } from './queue/many-jobs'
import { pickAndOffer } from './queue/pick-buttons'
import { QueueView } from './queue/queue-view'
import { keptSearch } from './search/kept-search'
import { SearchView } from './search/search-view'
import { SettingsAnnouncer } from './settings/settings-announcer'
import { SettingsView } from './settings/settings-view'
import { openCreateDialog } from './collections/dialogs'
import { DropOverlay } from './shell/drop-overlay'
import { JobAnnouncer } from './shell/job-announcer'
import { Sidebar } from './shell/sidebar'
import { openShortcutSheet } from './shell/shortcut-dialog'
import { StartScreen } from './shell/start-screen'
import { useWantedPlace } from './shell/wanted-place'
import { ViewBoundary } from './shell/view-boundary'
import { styleNonce } from './style-nonce'
import { direction, t } from './text/language'
import { cssVariables, theme } from './theme'
import type { ReactNode } from 'react'
import type { AppStatus } from '../shared/app-calls'
import { placeOf, type Place, type Scope } from './client/places'

/** Loaded when it is first looked at. */
const DashboardView = lazy(() => import('./dashboard/dashboard-view'))

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
  const [place, setPlace] = useState<Place>(placeOf('search'))
  const [scope, setScope] = useState<Scope>(null)
  const openJob = (jobId: string): void => setPlace(placeOf('queue', { jobId }))
  const openView = (view: Place['view']): void => setPlace(placeOf(view))
  const [focusKey, setFocusKey] = useState(0)
  /** Another one begins the view anew, with the search that was asked for from outside. */
  const [searchKey, setSearchKey] = useState(0)
  const showSearch = useCallback((): void => {
    setPlace(placeOf('search'))
    modals.closeAll()
    setFocusKey((before) => before + 1)
  }, [])
  useEffect(() => onShowSearch(showSearch), [showSearch])
  useCommands({
    find: showSearch,
    showSearch: () => openView('search'),
    showQueue: () => openView('queue'),
    showDocuments: () => openView('documents'),
    showFailed: () => openView('failed'),
    showModels: () => openView('models'),
    showSettings: () => openView('settings'),
    showDashboard: () => openView('dashboard'),
    settings: () => openView('settings'),
    addFiles: () => doBeside(pickAndOffer('files', scope)),
    addFolders: () => doBeside(pickAndOffer('folders', scope)),
    newCollection: () => openCreateDialog(setScope),
    pauseAll: () => doBeside(pauseAll(scope)),
    resumeAll: () => doBeside(resumeAll(scope)),
    shortcuts: openShortcutSheet,
  })
  const { reading, setReading } = useWantedPlace({
    search: (query) => {
      Object.assign(keptSearch, { query, task: 'find' })
      setSearchKey((before) => before + 1)
      showSearch()
    },
    job: openJob,
  })

  /** Who looks at another collection is not there for the model of the one before. */
  const chooseScope = (chosen: Scope): void => {
    setScope(chosen)
    setPlace((before) => ({ ...before, wish: null }))
  }
  const changeModel = (collection: string, model: string | null): void => {
    setPlace((before) => placeOf('models', { wish: { collection, model, key: (before.wish?.key ?? 0) + 1 } }))
  }

  const shown: Record<Place['view'], ReactNode> = {
    search: (
      <SearchView
        key={searchKey}
        scope={scope}
        focusKey={focusKey}
        onShowQueue={() => openView('queue')}
        onShowDocuments={(within) => setPlace(placeOf('documents', { within }))}
      />
    ),
    queue:
      place.jobId === null ? (
        <QueueView key={scope ?? ''} scope={scope} onOpenJob={openJob} onChangeModel={changeModel} />
      ) : (
        <JobReportView key={place.jobId} jobId={place.jobId} onBack={() => openView('queue')} />
      ),
    failed: <DeadLettersView key={scope ?? ''} scope={scope} />,
    documents: <DocumentsView key={`${scope ?? ''}/${place.within}`} scope={scope} within={place.within} />,
    models: <ModelsView scope={scope} wish={place.wish} onChangeModel={changeModel} />,
    settings: <SettingsView />,
    dashboard: (
      <Suspense fallback={null}>
        <DashboardView />
      </Suspense>
    ),
  }

  return (
    <AppShell navbar={{ width: { base: 172, xs: 252 }, breakpoint: 0 }} padding={0} transitionDuration={0}>
      <AppShell.Navbar>
        <Sidebar
          status={status}
          place={place}
          scope={scope}
          onView={openView}
          onScope={chooseScope}
          onOpenJob={openJob}
          onChangeModel={(collection) => changeModel(collection, null)}
        />
      </AppShell.Navbar>
      <AppShell.Main h="100vh">
        <ViewBoundary
          key={`${place.view}-${place.jobId ?? ''}`}
          name={place.view}
          {...(place.view === 'search' ? {} : { onLeave: showSearch })}
        >
          {shown[place.view]}
        </ViewBoundary>
      </AppShell.Main>
      <Preview
        reading={reading}
        onRead={setReading}
        onClose={() => setReading(null)}
        onShowDocuments={(within) => setPlace(placeOf('documents', { within }))}
      />
      <DropOverlay scope={scope} />
      <RemovalAnnouncer />
      <JobAnnouncer onOpenJob={openJob} />
      <SettingsAnnouncer onShow={() => openView('settings')} />
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
    <DirectionProvider initialDirection={direction}>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        getStyleNonce={readNonce}
        defaultColorScheme="auto"
        colorSchemeManager={systemScheme}
      >
        {/* Over all of them at once: one that is clicked away under the pointer would hold the others for ever. */}
        <Notifications position="bottom-right" limit={4} pauseResetOnHover="notification" />
        {/* Dialogs are within it too: one that breaks must not leave an empty window. */}
        <ViewBoundary name="window">
          <ModalsProvider labels={{ confirm: t('common.confirm'), cancel: t('common.cancel') }}>
            <Start />
          </ModalsProvider>
        </ViewBoundary>
      </MantineProvider>
    </DirectionProvider>
  )
}
