import { useState } from 'react'
import { Link } from 'wouter'
import type { HandoverSheetView } from '../../../../gateway/http/contract.ts'
import { useMe } from '../../api.ts'
import { formatWhen, plain } from '../../format.ts'
import { useAsk } from '../../handover.ts'
import { serverNow } from '../../live.ts'
import { useText } from '../../text/index.ts'
import { Button } from '../Button.tsx'
import { Dialog, Field } from '../Dialog.tsx'

/** What the next crew has to know, live until the first has signed. */
export function Sections({ crew, sheet }: { readonly crew: string; readonly sheet: HandoverSheetView }) {
  const { t, of } = useText()
  const [reason, setReason] = useState<readonly string[] | null>(null)
  const open = sheet.phase === 'preparing' || sheet.phase === 'ready'
  const asked = sheet.sections.flatMap(s => s.lines.filter(line => line.asks).map(line => line.key))
  return (
    <section className="card" aria-label={t('handover.lines')}>
      <div className="card-h wrap">
        <h2>{t('handover.lines')}</h2>
        {open && asked.length > 0 ? (
          <span className="ml row wrap g2">
            <b className="late">{t('handover.reasonsOpen', { n: asked.length })}</b>
            <Button small onClick={() => setReason(asked)}>
              {t('handover.reasonAll')}
            </Button>
          </span>
        ) : null}
      </div>
      {sheet.sections.map(section => (
        <details
          key={section.id}
          className="ho-s"
          open={section.lines.some(l => l.asks) || (section.lines.length > 0 && section.lines.length <= 8)}
        >
          <summary>
            {of(section.name)} <b>{section.lines.length}</b>
          </summary>
          {section.lines.length === 0 ? <p className="cap">{t('handover.none')}</p> : null}
          <ul>
            {section.lines.map(line => (
              <Line key={line.key} line={line} open={open} say={() => setReason([line.key])} />
            ))}
          </ul>
        </details>
      ))}
      {reason ? <Reason crew={crew} keys={reason} onClose={() => setReason(null)} /> : null}
    </section>
  )
}

interface LineProps {
  readonly line: HandoverSheetView['sections'][number]['lines'][number]
  readonly open: boolean
  readonly say: () => void
}
function Line({ line, open, say }: LineProps) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const words = t('handover.kind', { returnObjects: true }) as Readonly<Record<string, string>>
  const since = line.since === null ? '' : ` · ${formatWhen(Date.parse(line.since), serverNow(), lang, timezone)}`
  return (
    <li className={line.asks ? 'asks' : ''}>
      <div className="grow">
        {line.link ? <Link href={line.link}>{of(line.text)}</Link> : of(line.text)}
        <div className="cap">
          {words[line.kind] ?? line.kind}
          {since}
        </div>
        {line.remark ? (
          <div className="ho-r">
            {plain(line.remark.text)} <span className="cap">{plain(line.remark.by)}</span>
          </div>
        ) : null}
      </div>
      {open ? (
        <Button small onClick={say} aria-label={`${t('handover.reason')}: ${of(line.text)}`}>
          {t('handover.reason')}
        </Button>
      ) : null}
    </li>
  )
}

function Reason({ crew, keys, onClose }: { crew: string; keys: readonly string[]; onClose: () => void }) {
  const { t } = useText()
  const { ask, error, busy, blocked } = useAsk(crew)
  const [text, setText] = useState('')
  return (
    <Dialog
      title={t('handover.reasonTitle', { n: keys.length })}
      verb={t('handover.reasonDo')}
      blocked={blocked ?? (text.trim() === '' ? t('handover.reasonEmpty') : null)}
      busy={busy}
      error={error}
      onClose={onClose}
      onDo={() => void ask('sheet', { remark: { keys, text } }).then(done => done && onClose())}
    >
      <Field label={t('handover.reason')} hint={t('handover.reasonHint')}>
        <textarea className="inp" rows={3} maxLength={500} value={text} onChange={e => setText(e.target.value)} />
      </Field>
    </Dialog>
  )
}
