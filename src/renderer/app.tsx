/**
 * Owns what surrounds the views: theme, toasts, dialogs, the start of the engine, and which view is shown.
 */
import { AppShell, DirectionProvider, MantineProvider } from '@mantine/core'
import { modals, ModalsProvider } from '@mantine/modals'
import { Notifications } from '@mantine/notifications'
import { Activity, lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { doBeside } from './client/actions'
import { callApp, holdCalls } from './client/caller'
import { onShowSearch } from './client/changes'
import { useCommands } from './client/commands'
import { useLate } from './client/lateness'
import { useAppCall } from './client/queries'
import { RemovalAnnouncer } from './documents/removal-announcer'
import { loadPreview, Preview } from './preview/late-preview'
import { loadOfferDialog } from './intake/offer'
import { pauseAll, resumeAll } from './queue/many-jobs'
import { pickAndOffer } from './queue/pick-buttons'
import { keptSearch } from './search/kept-search'
import { SearchView } from './search/search-view'
import { SettingsAnnouncer } from './settings/settings-announcer'
import { UpdateAnnouncer } from './settings/update-announcer'
import { loadDialogs, openCreateDialog } from './collections/dialogs'
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

/** The window opens with the search; the other views are loaded once it is there, or when one is looked at before. */
const later = {
  dashboard: () => import('./dashboard/dashboard-view'),
  deadLetters: async () => ({ default: (await import('./dead-letters/dead-letters-view')).DeadLettersView }),
  documents: async () => ({ default: (await import('./documents/documents-view')).DocumentsView }),
  models: async () => ({ default: (await import('./models/models-view')).ModelsView }),
  queue: async () => ({ default: (await import('./queue/queue-view')).QueueView }),
  report: async () => ({ default: (await import('./report/job-report-view')).JobReportView }),
  settings: async () => ({ default: (await import('./settings/settings-view')).SettingsView }),
} as const
const DashboardView = lazy(later.dashboard)
const DeadLettersView = lazy(later.deadLetters)
const DocumentsView = lazy(later.documents)
const JobReportView = lazy(later.report)
const ModelsView = lazy(later.models)
const QueueView = lazy(later.queue)
const SettingsView = lazy(later.settings)
/** When nothing else is to be done; what fails is tried again, and told, when the view is looked at. */
const LOAD_LATER_MS = 1_000

const readNonce = (): string => styleNonce

/** The system (or the choice of the person, through the app) decides dark or light; nothing is kept in the page. */
const systemScheme = {
  get: () => 'auto' as const,
  set: () => undefined,
  subscribe: () => undefined,
  unsubscribe: () => undefined,
  clear: () => undefined,
}

function Workspace({ status }: { readonly status: AppStatus | undefined }): ReactNode {
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
  useEffect(() => {
    const timer = setTimeout(() => {
      const loads = [...Object.values(later), loadPreview, loadDialogs, loadOfferDialog].map((load) => load())
      doBeside(Promise.allSettled(loads))
    }, LOAD_LATER_MS)
    return () => clearTimeout(timer)
  }, [])
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
    dashboard: <DashboardView />,
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
          <Suspense fallback={null}>{shown[place.view]}</Suspense>
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
      <UpdateAnnouncer onShow={() => openView('settings')} />
    </AppShell>
  )
}

/** What the views ask before the engine stands is asked once it does. */
const letCallsGo = holdCalls()
/** Says that the first view is painted: only then is loading the engine in nobody's way. */
const tellShown = async (): Promise<void> => {
  await new Promise((painted) => requestAnimationFrame(() => setTimeout(painted, 0)))
  await callApp('app.shown', {})
}
/** An engine that takes longer than this, as it brings a folder up to date, is worth a word. */
const SLOW_START_MS = 1_500

function Start(): ReactNode {
  const { data: status } = useAppCall('app.status', {}, { topics: ['owner'], pauseMs: 50 })
  const state = status?.state ?? null
  const isSlow = useLate(state === 'ready' || state === 'failed' ? null : 'starting', SLOW_START_MS)
  useEffect(() => {
    if (state === 'ready') letCallsGo()
  }, [state])
  useEffect(() => doBeside(tellShown()), [])
  // One can type and look around before the engine stands, and before the app says that it does not yet; the answers come when it does.
  const isUsable = state === 'ready' || (state !== 'failed' && !isSlow)
  return (
    <>
      {/* Kept behind a start that takes its time: who was in another view already, or had typed, is there again after it. */}
      <Activity mode={isUsable ? 'visible' : 'hidden'}>
        <Workspace status={status} />
      </Activity>
      {isUsable ? null : <StartScreen status={status} />}
    </>
  )
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
