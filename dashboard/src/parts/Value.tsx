import type { PointInfo, SampleView } from '../../../gateway/http/contract.ts'
import { useMe } from '../api.ts'
import { decimalsOf, formatAge, formatNumber, formatStamp, formatUnit, isMoment, isName, plain } from '../format.ts'
import { useLink, useSample, useTicking } from '../live.ts'
import { truthOf } from '../plant.ts'
import { useText } from '../text/index.ts'
import { Icon } from './Icon.tsx'

type Told = Pick<PointInfo, 'id' | 'key' | 'kind' | 'unit' | 'enum' | 'decimals'>

/** Digits that a point was last shown with, where the site does not say: 50 after 49.98 is then 50.00. */
const shownWith = new Map<string, number>()
/** An amount that is counted up: its last digits are what it has grown by. */
const counted = (unit: string | null): boolean => unit !== null && (unit.endsWith('.h') || unit === 'm3')

function digitsFor({ id, unit, decimals }: Told, value: number): number | null {
  if (decimals !== null) return decimals
  const before = shownWith.get(id)
  if (Number.isInteger(value) && before === undefined) return null
  if (value === 0) return before ?? null
  const digits = Math.max(counted(unit) ? 1 : 0, decimalsOf(value))
  if (Math.abs(value) >= 0.001) shownWith.set(id, digits)
  return Math.abs(value) < 0.001 ? null : digits
}

/** A value in words: booleans and codes are never numbers on a screen. */
export function useWorded(): (point: Told, value: number | boolean | string) => string {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  return (point, value) => {
    const coded =
      point.enum?.[String(typeof value === 'boolean' ? Number(value) : value)] ?? point.enum?.[String(value)]
    if (coded) return of(coded)
    if (typeof value === 'boolean') return t(`truth.${truthOf(point.key)}.${value ? 'on' : 'off'}`)
    if (typeof value === 'string') return plain(value)
    if (isMoment(point.unit)) return formatStamp(value, zone) ?? t('common.noMoment')
    if (isName(point.unit)) return String(value)
    return point.enum ? t('common.code', { n: String(value) }) : formatNumber(value, lang, digitsFor(point, value))
  }
}

interface Props {
  readonly point: PointInfo
  /** Leave out the age, where a column has it. */
  readonly noAge?: boolean
}

/** The one place where a value of the plant is drawn. It never lies about itself. */
export function Value({ point, noAge = false }: Props) {
  const sample = useSample(point.id)
  return (
    <>
      <Reading point={point} sample={sample} />
      {sample && sample.quality !== 'bad' && !noAge ? <LateAge sample={sample} scanMs={point.scanMs} /> : null}
    </>
  )
}

/** A sample that is in hand; bad ones show a dash, never the last number, never zero. */
export function Reading({ point, sample }: { readonly point: Told; readonly sample: SampleView | undefined }) {
  const { t } = useText()
  const worded = useWorded()
  if (!sample)
    return (
      <span className="val wait">
        <span className="n">—</span>
        <span className="sr">{t('common.awaiting')}</span>
      </span>
    )
  const { quality, value, reason } = sample
  const mark = reason ?? (quality === 'uncertain' ? 'uncertain' : quality === 'bad' ? 'no-value' : null)
  const there = quality !== 'bad' && value !== null
  const unit = there && typeof value === 'number' && !point.enum ? formatUnit(point.unit) : ''
  return (
    <span className={`val ${there ? (reason === 'stale' ? 'stale' : quality) : 'bad'}`}>
      <bdi className="n">{there ? worded(point, value) : '—'}</bdi>
      {unit ? <span className="u">{unit}</span> : null}
      {mark === null ? null : (
        <span className="qm">
          {mark === 'stale' ? <Icon name="clock" /> : <b>{there ? '?' : '×'}</b>}
          {t(`reason.${mark}`)}
        </span>
      )}
    </span>
  )
}

/** Quiet while the value comes as often as it should. */
function LateAge({ sample, scanMs }: { readonly sample: SampleView; readonly scanMs: number }) {
  const lost = useLink().state === 'lost'
  const quietMs = lost ? 5000 : Math.max(5000, 2 * scanMs + 1000)
  const seen = Date.parse(sample.seen)
  const text = useTicking(now => (now - seen > quietMs ? formatAge(now - seen) : ''))
  return text === '' ? null : <span className="age">{text}</span>
}

/** The age of a point, always; in the colour of doubt when it is late. */
export function Age({ point }: { readonly point: PointInfo }) {
  const sample = useSample(point.id)
  const seen = sample && sample.reason !== 'never-read' ? Date.parse(sample.seen) : null
  const text = useTicking(now => (seen === null ? '' : formatAge(now - seen)))
  const late = useTicking(now => seen !== null && now - seen > Math.max(5000, 2 * point.scanMs + 1000))
  return <span className={late ? 'q-t' : 'dim3'}>{text}</span>
}
