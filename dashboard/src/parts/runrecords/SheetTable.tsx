import type { RunColumnView, RunLineView, RunSheet } from '../../../../gateway/http/contract.ts'
import { useMay, useMe } from '../../api.ts'
import { formatTime, formatUnit, formatWhen, plain } from '../../format.ts'
import { inPlace } from '../../runrecords.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Icon } from '../Icon.tsx'
import { RunCell } from './RunCell.tsx'
import { useLimits, type WriteMode } from './WriteLine.tsx'

export type Chosen = { readonly line: RunLineView; readonly mode: WriteMode | 'excuse' }
const MOST_TODO = 6

interface Props {
  readonly sheet: RunSheet
  readonly choose: (chosen: Chosen) => void
}

/** The sheet as the paper form is: hours down, equipment and its values across, who wrote it, remarks. */
export function SheetTable({ sheet, choose }: Props) {
  const { t, of } = useText()
  const groups = [...Map.groupBy(sheet.columns, c => c.equipment ?? '').values()]
  const columns = groups.flat()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a sheet is wider than a phone; arrow keys move it
    <div className="rr-s" tabIndex={0}>
      <table className="rr-t" aria-label={of(sheet.name)}>
        <thead>
          <tr>
            <th rowSpan={2} className="rr-h">
              {t('runRecords.time')}
            </th>
            {groups.map(g => (
              <th key={g[0]!.equipment ?? ''} colSpan={g.length} scope="colgroup">
                {g[0]!.equipmentName ? of(g[0]!.equipmentName) : t('runRecords.room')}
              </th>
            ))}
            <th rowSpan={2}>{t('runRecords.by')}</th>
            <th rowSpan={2} className="rr-rem">
              {t('runRecords.remark')}
            </th>
            <th rowSpan={2} className="rr-x">
              <span className="sr">{t('runRecords.actions')}</span>
            </th>
          </tr>
          <tr>
            {columns.map(c => (
              <Head key={c.key} column={c} />
            ))}
          </tr>
        </thead>
        <tbody>
          {inPlace(sheet.lines).map(line => (
            <Line key={line.id} line={line} columns={columns} mine={sheet.mine} choose={choose} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** What is to be done, where a thumb reaches it: on a phone the table is wider than the screen. */
export function Todo({ sheet, choose }: Props) {
  const { t, lang } = useText()
  const { timezone } = useMe().site
  const away = useRecordBlock()
  if (!sheet.mine) return null
  const lines = sheet.lines.flatMap(line =>
    line.phase === 'open' || line.phase === 'late' || line.phase === 'waiting' ? [{ line, phase: line.phase }] : [],
  )
  if (lines.length === 0) return null
  return (
    <div className="rr-todo">
      {lines.slice(0, MOST_TODO).map(({ line, phase }) => {
        const mode = phase === 'waiting' ? 'confirm' : 'write'
        const time = formatTime(Date.parse(line.due), lang, timezone).slice(0, 5)
        return (
          <Button
            key={line.id}
            primary={mode === 'write'}
            blocked={away}
            data-todo={mode}
            onClick={() => choose({ line, mode })}
          >
            {t(`runRecords.todo.${phase}`, { time })}
          </Button>
        )
      })}
      {lines.length > MOST_TODO ? <span>{t('runRecords.todo.more', { n: lines.length - MOST_TODO })}</span> : null}
    </div>
  )
}

function Head({ column }: { readonly column: RunColumnView }) {
  const { of } = useText()
  const limits = useLimits(column, false)
  return (
    <th scope="col">
      {of(column.name)}
      {column.unit ? <small> {formatUnit(column.unit)}</small> : null}
      {limits ? <small className="rr-n">{limits}</small> : null}
    </th>
  )
}

interface LineProps {
  readonly line: RunLineView
  readonly columns: readonly RunColumnView[]
  readonly mine: boolean
  readonly choose: (chosen: Chosen) => void
}
function Line({ line, columns, mine, choose }: LineProps) {
  const { t, lang } = useText()
  const { timezone } = useMe().site
  const time = formatTime(Date.parse(line.due), lang, timezone).slice(0, 5)
  const gone = line.replacedBy !== null
  const blank = line.phase === 'ahead' || line.phase === 'open' || line.phase === 'late' || line.phase === 'missed'
  return (
    <tr data-line={line.id} data-phase={line.phase} className={gone ? 'rr-gone' : ''}>
      <th scope="row" className="rr-h">
        <span className="mono">{time}</span>
        {line.cause === 'plan' ? null : <small>{t(`runRecords.cause.${line.cause}`)}</small>}
      </th>
      {blank ? (
        <td colSpan={columns.length} className="rr-b">
          {line.phase === 'missed' ? (
            <>
              <Icon name="warn" /> {t(line.away ? 'runRecords.away' : 'runRecords.phase.missed')}
            </>
          ) : line.phase === 'ahead' ? null : (
            t(`runRecords.phase.${line.phase}`)
          )}
        </td>
      ) : (
        columns.map(c => (
          <td key={c.key}>
            <RunCell column={c} cell={line.cells[c.key]} />
          </td>
        ))
      )}
      <td className="nw">
        {line.phase === 'waiting' ? (
          <span className="dim">{t('runRecords.phase.waiting')}</span>
        ) : (
          <bdi>{plain(line.by)}</bdi>
        )}
        {line.demo && line.by !== 'demo' ? <small className="dim3"> {t('runRecords.demo')}</small> : null}
      </td>
      <td className="rr-rem">
        <Remarks line={line} />
      </td>
      <td className="rr-x">{gone ? null : <Moves line={line} mine={mine} choose={choose} />}</td>
    </tr>
  )
}

/** All that is to be said of a line beside its values. */
function Remarks({ line }: { readonly line: RunLineView }) {
  const { t, lang } = useText()
  const { timezone } = useMe().site
  const when = (iso: string) => formatWhen(Date.parse(iso), Date.parse(line.due), lang, timezone)
  const said = [
    line.replacedBy === null || line.phase === 'missed' ? '' : t('runRecords.replaced'),
    line.lateMs > 0
      ? t('runRecords.lateBy', { n: Math.round(line.lateMs / 60_000), time: when(line.readAt ?? line.due) })
      : '',
    line.afterwards ? t('runRecords.afterwards') : '',
    line.unseenFrom === null ? '' : t('runRecords.unseen', { time: when(line.unseenFrom) }),
    plain(line.remark),
    line.reason === ''
      ? ''
      : t(line.replaces === null ? 'runRecords.excused' : 'runRecords.corrected', {
          ...{ reason: plain(line.reason), by: plain(line.reasonBy) },
        }),
  ].filter(text => text !== '')
  return said.map(text => <div key={text}>{text}</div>)
}

/** What can be done with it. */
function Moves({ line, mine, choose }: Omit<LineProps, 'columns'>) {
  const { t } = useText()
  const away = useRecordBlock()
  const mayReview = useMay('run-record.review')
  const button = (mode: Chosen['mode'], primary = false) => (
    <Button small primary={primary} blocked={away} data-do={mode} onClick={() => choose({ line, mode })}>
      {t(`runRecords.button.${mode}`)}
    </Button>
  )
  switch (line.phase) {
    case 'open':
    case 'late':
      return mine ? button('write', true) : null
    case 'waiting':
      return mine ? button('confirm') : null
    case 'done':
      return mine ? button('correct') : null
    case 'missed':
      return (
        <>
          {mine ? button('enter') : null}
          {mayReview && line.reason === '' ? button('excuse') : null}
        </>
      )
    default:
      return null
  }
}
