/**
 * Owns choosing another model for a collection: which one, what that takes, and the word to begin. Refuses: beginning without it.
 */
import { Alert, Button, Checkbox, Group, Loader, Select, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconRefresh } from '@tabler/icons-react'
import { useEffect, useState, type Dispatch, type ReactNode } from 'react'
import { toAppError } from '../../shared/errors'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { useCall } from '../client/queries'
import { t } from '../text/language'
import { chosenModel, type ChangeEvent, type ChangeState } from './model-change'
import { EstimateFigures } from './model-figures'
import { BUILT_IN, nameOfModel, placeOfModel, sayModel, shortModel } from './model-names'
import classes from './models-view.module.css'
import type { Provider } from '../../shared/providers'

type Props = {
  readonly collection: string
  /** The model that serves now; `null` when there is none yet. */
  readonly current: string | null
  readonly state: Exclude<ChangeState, { readonly step: 'closed' }>
  readonly send: Dispatch<ChangeEvent>
}

const optionOf = ({ name, embeddingModel }: Provider): { readonly value: string; readonly label: string } => ({
  value: name,
  label: name === BUILT_IN || embeddingModel === null ? nameOfModel(name) : `${name} · ${shortModel(embeddingModel)}`,
})

/** Asks for the estimate of the model that is chosen, once for each choice. */
const useEstimate = (collection: string, { state, send }: Pick<Props, 'state' | 'send'>): void => {
  const model = state.step === 'estimating' ? state.model : null
  useEffect(() => {
    if (model === null) return
    call('collections.changeModel', { name: collection, model }).then(
      ({ estimate }) => send({ type: 'estimated', model, estimate }),
      (thrown: unknown) => send({ type: 'refused', model, error: toAppError(thrown) }),
    )
  }, [collection, model, send])
}

const begin = async (
  { collection, send }: Pick<Props, 'collection' | 'send'>,
  model: string,
  hold: boolean,
): Promise<void> => {
  send({ type: 'approved' })
  try {
    const { job } = await call('collections.changeModel', { name: collection, model, approve: true, hold })
    if (job === null)
      showNote(t('models.searchedWithNow', { collection, model: sayModel(model) }), t('models.vectorsAllThere'))
    send({ type: 'closed' })
  } catch (thrown) {
    send({ type: 'refused', model, error: toAppError(thrown) })
  }
}

export function ChangeForm(props: Props): ReactNode {
  const { collection, current, state, send } = props
  const { data } = useCall('providers.list', {}, { topics: ['providers'] })
  const [hold, setHold] = useState(false)
  const beginning = useAction(begin)
  useEstimate(collection, props)
  const usable = (data?.providers ?? []).filter(({ name, embeddingModel }) => name === BUILT_IN || embeddingModel)
  const model = chosenModel(state)
  const provider = usable.find(({ name }) => name === model)
  const isBusy = state.step === 'starting'
  return (
    <section className={classes.inset} aria-label={t('models.anotherModelFor', { collection })}>
      <Stack gap="sm">
        <Select
          label={t('models.model')}
          placeholder={t('models.chooseModel')}
          description={provider === undefined ? undefined : placeOfModel(provider)}
          data={usable.map(optionOf)}
          value={model}
          disabled={isBusy}
          allowDeselect={false}
          maw={420}
          comboboxProps={{ transitionProps: { duration: 0 } }}
          // Also the one that is chosen already: what refused it may be mended.
          onOptionSubmit={(value) => send({ type: 'chosen', model: value })}
        />
        {usable.length === 1 && state.step === 'choosing' ? (
          <Text size="sm" c="dimmed">
            {t('models.onlyBuiltIn')}
          </Text>
        ) : null}
        {state.step === 'estimating' ? (
          <Group gap={8} role="status">
            <Loader size="xs" aria-hidden />
            <Text size="sm" c="dimmed">
              {t('models.counting')}
            </Text>
          </Group>
        ) : null}
        {state.step === 'refused' ? (
          <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={t('models.notPossibleNow')}>
            <Text size="sm">{state.message}</Text>
            <Button
              size="compact-sm"
              mt={8}
              variant="default"
              leftSection={<IconRefresh size={14} aria-hidden />}
              onClick={() => send({ type: 'chosen', model: state.model })}
            >
              {t('models.askAgain')}
            </Button>
          </Alert>
        ) : null}
        {state.step === 'estimated' || state.step === 'starting' ? (
          <>
            <EstimateFigures estimate={state.estimate} />
            <Text size="sm">
              {current === null
                ? t('models.newByIt')
                : t('models.goesOnUntil', { current: sayModel(current), next: sayModel(state.model) })}
            </Text>
            <Checkbox
              size="sm"
              label={t('models.letMeCompare')}
              checked={hold}
              disabled={isBusy}
              onChange={(event) => setHold(event.currentTarget.checked)}
            />
          </>
        ) : null}
        <Group justify="flex-end">
          <Button variant="default" disabled={isBusy} onClick={() => send({ type: 'closed' })}>
            {t('models.keepWhatThereIs')}
          </Button>
          <Button
            disabled={state.step !== 'estimated'}
            loading={isBusy}
            onClick={() => {
              if (model !== null) beginning.run({ collection, send }, model, hold)
            }}
          >
            {t('models.makeVectors')}
          </Button>
        </Group>
      </Stack>
    </section>
  )
}
