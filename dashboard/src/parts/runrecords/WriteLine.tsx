import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { RunColumnView, RunLineView, RunReadingView } from '../../../../gateway/http/contract.ts'
import { newKey, post, useMe } from '../../api.ts'
import { formatTime, formatUnit, plain } from '../../format.ts'
import { lackOf, runChanged, typedOf, useCellText } from '../../runrecords.ts'
import { useText } from '../../text/index.ts'
import { Button } from '../Button.tsx'
import { Dialog, Field } from '../Dialog.tsx'
import { Loaded } from '../notes.tsx'
import { RunCell } from './RunCell.tsx'

/** write: a line that is due; confirm: one of the plant; correct: one that is wrong; enter: a missed one from paper. */
export type WriteMode = 'write' | 'confirm' | 'correct' | 'enter'
interface Props {
  readonly line: RunLineView
  readonly columns: readonly RunColumnView[]
  readonly mode: WriteMode
  readonly onClose: () => void
}

/** A line as one person writes it: what the plant shows, over it what was read off, and a remark. */
export function WriteLine({ line, columns, mode, onClose }: Props) {
  const { t, of, lang } = useText()
  const me = useMe()
  const [key] = useState(newKey)
  const [draft, setDraft] = useState<Readonly<Record<string, string>>>({})
  const [remark, setRemark] = useState(mode === 'correct' ? line.remark : '')
  const [reason, setReason] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const path = `run-lines/${encodeURIComponent(line.id)}`
  const taken = useQuery({
    queryKey: ['run-reading', key],
    queryFn: () => post<RunReadingView>(`${path}/read`),
    enabled: mode === 'write',
    gcTime: 0,
    retry: false,
  })
  const cells = mode === 'write' ? (taken.data?.cells ?? {}) : line.cells
  const typed = typedOf(columns, draft)
  const lack = lackOf(columns, cells, typed, remark)
  const asks = mode === 'correct' || mode === 'enter'
  const nameOf = (column: string) => {
    const found = columns.find(c => c.key === column)
    return found ? of(found.name) : plain(column)
  }
  const blocked =
    mode === 'write' && !taken.data
      ? t('runRecords.taking')
      : lack
        ? t(`runRecords.lack.${lack.code}`, { column: nameOf(lack.column) })
        : asks && Object.keys(typed).length === 0 && remark.trim() === line.remark
          ? t('runRecords.lack.nothing')
          : asks && reason.trim() === ''
            ? t('runRecords.lack.reason')
            : null
  const send = async () => {
    setBusy(true)
    setError(null)
    const said = { typed, remark: remark.trim() }
    try {
      if (asks) await post(`${path}/correct`, { ...said, reason: reason.trim() }, key)
      else await post(`${path}/confirm`, { ...said, reading: taken.data?.id ?? null }, key)
      await runChanged()
      onClose()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  const put = (column: string) => (text: string) => setDraft({ ...draft, [column]: text })
  const groups = [...Map.groupBy(columns, c => c.equipment ?? '').values()]
  const time = formatTime(Date.parse(line.due), lang, me.site.timezone).slice(0, 5)
  const body = (
    <>
      {mode === 'write' && taken.data ? (
        <div className="row wrap">
          <span className="dim">
            {t('runRecords.valuesOf', { time: formatTime(Date.parse(taken.data.at), lang, me.site.timezone) })}
          </span>
          <Button small onClick={() => void taken.refetch()}>
            {t('runRecords.again')}
          </Button>
        </div>
      ) : null}
      {groups.map(group => (
        <fieldset key={group[0]!.equipment ?? ''} className="rr-g">
          <legend>{group[0]!.equipmentName ? of(group[0]!.equipmentName) : t('runRecords.room')}</legend>
          {group.map(column => (
            <ColumnRow
              key={column.key}
              column={column}
              cell={cells[column.key]}
              value={draft[column.key] ?? ''}
              set={put(column.key)}
            />
          ))}
        </fieldset>
      ))}
      <Field label={t('runRecords.remark')}>
        <textarea className="inp" rows={2} maxLength={300} value={remark} onChange={e => setRemark(e.target.value)} />
      </Field>
      {asks ? (
        <Field label={t(`runRecords.reasonOf.${mode}`)}>
          <input
            className="inp"
            name="reason"
            maxLength={300}
            value={reason}
            onChange={e => setReason(e.target.value)}
          />
        </Field>
      ) : null}
    </>
  )
  return (
    <Dialog
      title={t(`runRecords.write.${mode}`, { time })}
      verb={t(`runRecords.do.${mode}`, { name: plain(me.name) })}
      blocked={blocked}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      {mode === 'write' ? (
        <Loaded query={taken} what={t('runRecords.values')}>
          {() => body}
        </Loaded>
      ) : (
        body
      )}
    </Dialog>
  )
}

interface RowProps {
  readonly column: RunColumnView
  readonly cell: RunLineView['cells'][string] | undefined
  readonly value: string
  readonly set: (text: string) => void
}
/** What the plant shows, and a place for what the gauge shows. */
export function ColumnRow({ column, cell, value, set }: RowProps) {
  const { t, of } = useText()
  const worded = useCellText()
  const unit = column.unit ? formatUnit(column.unit) : ''
  const limits = useLimits(column)
  const states: readonly (readonly [string, string])[] | null =
    column.kind === 'choice'
      ? column.choices.map(c => [c.id, of(c.text)] as const)
      : column.kind === 'boolean'
        ? [true, false].map(v => [String(v), worded(column, v)] as const)
        : column.codes
          ? Object.keys(column.codes).map(code => [code, worded(column, Number(code))] as const)
          : null
  const label = `${of(column.name)} ${column.point === null ? '' : t('runRecords.gauge')}`
  const empty = column.point === null && !column.optional ? t('runRecords.choose') : t('runRecords.asPlant')
  return (
    <div className="rr-r">
      <span>
        {of(column.name)}
        {limits ? <small className="dim3"> {limits}</small> : null}
      </span>
      <span className="rr-v">
        {column.point === null && !cell ? null : <RunCell column={column} cell={cell} unit />}
      </span>
      {states ? (
        <select className="inp" aria-label={label} value={value} onChange={event => set(event.target.value)}>
          <option value="">{column.point === null ? empty : t('runRecords.asPlant')}</option>
          {states.map(([id, text]) => (
            <option key={id} value={id}>
              {text}
            </option>
          ))}
        </select>
      ) : (
        <span className="row nowrap">
          <input
            className="inp"
            aria-label={label}
            inputMode={column.kind === 'number' ? 'decimal' : 'text'}
            value={value}
            placeholder={column.point === null ? '' : t('runRecords.gauge')}
            onChange={event => set(event.target.value)}
          />
          <small className="dim3">{unit}</small>
        </span>
      )}
    </div>
  )
}

/** What is normal, in words; empty: nothing is said. */
export function useLimits({ normal, unit, expect, codes, point, kind }: RunColumnView, withUnit = true): string {
  const { t } = useText()
  const worded = useCellText()
  const column = { normal, unit, expect, codes, point, kind } as RunColumnView
  if (expect) return expect.map(v => worded({ ...column, choices: [], decimals: null }, v)).join(t('common.listSep'))
  if (!normal) return ''
  const [low, high] = normal
  const u = unit && withUnit ? ` ${formatUnit(unit)}` : ''
  if (low !== null && high !== null) return `${low}–${high}${u}`
  return low !== null ? `≥ ${low}${u}` : high !== null ? `≤ ${high}${u}` : ''
}
