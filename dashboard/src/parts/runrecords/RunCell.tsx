import type { RunCellView, RunColumnView } from '../../../../gateway/http/contract.ts'
import { useCellText } from '../../runrecords.ts'
import { useText } from '../../text/index.ts'

interface Props {
  readonly column: RunColumnView
  readonly cell: RunCellView | undefined
  readonly unit?: boolean
}
/** One value of a line, with the marks that belong to it: beyond its range, read by hand, doubtful, or why there is none. */
export function RunCell({ column, cell, unit = false }: Props) {
  const { t } = useText()
  const worded = useCellText()
  if (!cell) return null
  if (cell.value === null)
    return (
      <span className="rr-none">
        <span aria-hidden="true">×</span> {cell.reason ? t(`reason.${cell.reason}`) : '—'}
      </span>
    )
  return (
    <span className={cell.out ? 'rr-out' : ''}>
      {cell.out ? (
        <>
          <span aria-hidden="true">{{ low: '▼', high: '▲', other: '!' }[cell.out]}</span>
          <span className="sr">{t(`runRecords.out.${cell.out}`)} </span>
        </>
      ) : null}
      {worded(column, cell.value, unit)}
      {cell.source === 'typed' && column.point !== null ? (
        <sup title={t('runRecords.typed')}>{t('runRecords.typedMark')}</sup>
      ) : null}
      {cell.source === 'live' && cell.reason ? <span className="rr-none"> ? {t(`reason.${cell.reason}`)}</span> : null}
      {cell.live === undefined ? null : (
        <span className="dim3"> ({t('runRecords.plantSaid', { value: worded(column, cell.live) })})</span>
      )}
    </span>
  )
}
