import type { CommandView, PointInfo } from '../../../gateway/http/contract.ts'
import { formatNumber, formatUnit, plain } from '../format.ts'
import { useText } from '../text/index.ts'
import { Note } from './notes.tsx'
import { PreStartLink } from './runrecords/PreStart.tsx'
import { useWorded } from './Value.tsx'

/** A value with its unit, in words. */
export function useValueText(): (point: PointInfo | undefined, value: CommandView['value']) => string {
  const worded = useWorded()
  return (point, value) => {
    if (!point) return plain(String(value))
    const unit = typeof value === 'number' && !point.enum ? formatUnit(point.unit) : ''
    return unit ? `${worded(point, value)} ${unit}` : worded(point, value)
  }
}

/** One of three ends, or what it waits for. Never a bare "success": done is what was read back. */
export function CommandResult({ command, point }: { command: CommandView; point: PointInfo | undefined }) {
  const { t, of, lang } = useText()
  const worded = useValueText()
  const why = command.why === null ? '' : t(`commandReason.${command.why}`)
  const words = command.text ? `${why} ${of(command.text)}` : why
  const ms = (to: string | null) => Date.parse(to ?? command.requestedAt) - Date.parse(command.sentAt ?? '')
  switch (command.phase) {
    case 'awaiting':
      return (
        <Note sort="plain" icon="person" role="status">
          {t('commands.awaiting')}
        </Note>
      )
    case 'sent':
      return (
        <Note sort="plain" icon="clock" role="status">
          {t('commands.sent', { s: point?.command?.confirmWithinS ?? 10 })}
        </Note>
      )
    case 'confirmed':
      return (
        <Note sort="yes" icon="check" role="status">
          {t('commands.confirmed', {
            value: command.read === null ? '' : worded(readPoint(point, command), command.read),
            s: formatNumber(ms(command.endedAt) / 1000, lang, 1),
          })}
        </Note>
      )
    case 'refused':
      return (
        <Note sort="no" icon="x" title={t('commands.refused')} role="alert">
          {words}
          {command.why === 'pre-start-open' ? (
            <PreStartLink equipment={command.point.slice(0, command.point.indexOf('/'))} />
          ) : null}
        </Note>
      )
    case 'not-confirmed':
      return (
        <Note sort="q" icon="help" title={t('commands.notConfirmed')} role="alert">
          {words}
          {command.read === null
            ? ''
            : ` ${t('commands.reads', { value: worded(readPoint(point, command), command.read) })}`}{' '}
          {t('commands.goAndLook')}
        </Note>
      )
  }
}

/** What is read back may be another point than the one written, with other words for its values. */
const readPoint = (point: PointInfo | undefined, command: CommandView): PointInfo | undefined =>
  point && point.command?.readBack[0] !== command.point
    ? { ...point, key: point.command?.readBack[0]?.split('/')[1] ?? point.key, enum: null, unit: null }
    : point
