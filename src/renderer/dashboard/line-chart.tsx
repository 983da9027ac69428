/**
 * Owns a drawn chart: axes, lines that differ by their strokes and not by color alone, and its sentence for who does not see it.
 * Refuses: numbers one by one; the table beside it has those.
 */
import { t } from '../text/language'
import { axisOf, pathOf, placesOf, tickText, timeTickText, valueText, type Box } from './chart-scale'
import classes from './dashboard.module.css'
import type { ReactNode } from 'react'
import type { MetricHistory, MetricRange } from '../../shared/metrics'
import type { TextKey } from '../../shared/translate'
import type { ChartLine, ChartRow } from './chart-table'

const WIDTH = 520
const HEIGHT = 190
const BOX: Box = { left: 74, top: 10, width: WIDTH - 86, height: HEIGHT - 38 }
const TIME_TICKS = 4
/** In the order of the lines. */
const STROKES = ['', '7 4', '2 3', '10 3 2 3', '4 2', '1 5'] as const

type Props = { readonly chart: ChartRow; readonly lines: readonly ChartLine[]; readonly history: MetricHistory }

const present = (values: readonly (number | null)[]): number[] => values.filter((value) => value !== null)

const sentences: Readonly<Record<MetricRange, TextKey>> = {
  hour: 'dashboard.chartHour',
  day: 'dashboard.chartDay',
  week: 'dashboard.chartWeek',
  month: 'dashboard.chartMonth',
  year: 'dashboard.chartYear',
}

const describe = ({ chart, lines, history }: Props): string => {
  const say = valueText[chart.unit]
  const told = lines.map(({ label, values }) => {
    const known = present(values)
    return t('dashboard.lastAndMost', { label, last: say(known.at(-1) ?? 0), most: say(Math.max(0, ...known)) })
  })
  return t(sentences[history.range], { title: chart.title, axis: chart.axis, lines: told.join('. ') })
}

export function Legend({ chart, lines }: Pick<Props, 'chart' | 'lines'>): ReactNode {
  return (
    <ul className={classes.legend}>
      {lines.map(({ label, values }, at) => (
        <li key={label}>
          <svg width={26} height={10} aria-hidden className={classes[`line${at}`]}>
            <line x1={1} x2={25} y1={5} y2={5} className={classes.stroke} strokeDasharray={STROKES[at] ?? ''} />
          </svg>
          <span className={classes.legendLabel}>{label}</span>
          <span className={classes.legendValue}>{valueText[chart.unit](present(values).at(-1) ?? 0)}</span>
        </li>
      ))}
    </ul>
  )
}

export function LineChart(props: Props): ReactNode {
  const { chart, lines, history } = props
  const ticks = axisOf(Math.max(0, ...lines.flatMap(({ values }) => present(values))), chart.unit)
  const top = ticks.at(-1) ?? 1
  const fromMs = Date.parse(history.from)
  const lengthMs = (history.steps - 1) * history.stepMs
  const bottom = BOX.top + BOX.height
  return (
    <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} className={classes.drawing} role="img" aria-label={describe(props)}>
      {ticks.map((tick) => {
        const y = bottom - (tick / top) * BOX.height
        return (
          <g key={tick}>
            <line x1={BOX.left} x2={BOX.left + BOX.width} y1={y} y2={y} className={classes.grid} />
            <text x={BOX.left - 8} y={y + 4} textAnchor="end" className={classes.tick}>
              {tickText[chart.unit](tick)}
            </text>
          </g>
        )
      })}
      {Array.from({ length: TIME_TICKS + 1 }, (_, at) => (
        <text
          key={at}
          x={BOX.left + (at / TIME_TICKS) * BOX.width}
          y={bottom + 20}
          textAnchor={at === 0 ? 'start' : at === TIME_TICKS ? 'end' : 'middle'}
          className={classes.tick}
        >
          {timeTickText(fromMs + (at / TIME_TICKS) * lengthMs, history.range)}
        </text>
      ))}
      {lines.map(({ label, values }, at) => {
        const { path, alone } = pathOf(placesOf(values, top, BOX))
        return (
          <g key={label} className={classes[`line${at}`]}>
            <path d={path} className={classes.stroke} strokeDasharray={STROKES[at] ?? ''} />
            {alone.map(({ x, y }) => (
              <circle key={x} cx={x} cy={y} r={2.5} className={classes.point} />
            ))}
          </g>
        )
      })}
    </svg>
  )
}
