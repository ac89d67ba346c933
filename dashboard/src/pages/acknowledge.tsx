import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { NoticeLinkView } from '../../../gateway/http/contract.ts'
import { call, post, queries } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { Button } from '../parts/Button.tsx'
import { Note, Refusal } from '../parts/notes.tsx'
import { Priority } from '../parts/Priority.tsx'
import { useText } from '../text/index.ts'
import { Known, Sheet } from './report.tsx'

/** What the link of a notice opens, without signing in. Opening it does nothing; the button acknowledges. */
export default function Acknowledge({ path }: { readonly path: string }) {
  const token = path.split('/')[2] ?? ''
  const { t, of } = useText()
  const where = `notice-links/${encodeURIComponent(token)}`
  const query = useQuery({
    queryKey: ['notice-link', token],
    queryFn: () => call<NoticeLinkView>(where),
    refetchInterval: 30_000,
    retry: false,
  })
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const acknowledge = async () => {
    if (busy) return
    setBusy(true)
    setError(null)
    try {
      queries.setQueryData(['notice-link', token], await post<NoticeLinkView>(`${where}/acknowledge`))
    } catch (refused) {
      setError(refused)
      await query.refetch()
    } finally {
      setBusy(false)
    }
  }
  return (
    <Sheet title={t('noticeLink.title')}>
      <Known query={query} what={t('noticeLink.what')} why={t('noticeLink.unknown')}>
        {link => (
          <>
            <div className="row">
              <Priority severity={link.severity} shown={link.state === 'open' ? 'unack' : 'ack'} />
              <b>{of(link.text)}</b>
            </div>
            <div>
              {[link.space ? of(link.space) : '', of(link.equipmentName)].filter(Boolean).join(' · ')}
              <div className="dim">
                {of(link.site)}
                {link.raisedAt === null ? '' : ` · ${formatDay(Date.parse(link.raisedAt), link.timezone)}`}
                {link.active ? '' : ` · ${t('noticeLink.cleared')}`}
              </div>
            </div>
            <State link={link} />
            <Refusal error={error} />
            {link.state === 'open' ? (
              <Button primary className="lg block" onClick={() => void acknowledge()}>
                {t('noticeLink.do', { name: plain(link.person) })}
              </Button>
            ) : null}
          </>
        )}
      </Known>
    </Sheet>
  )
}

function State({ link }: { readonly link: NoticeLinkView }) {
  const { t } = useText()
  if (link.state === 'acknowledged')
    return (
      <Note icon="check">
        {t('noticeLink.acknowledged', {
          name: plain(link.ackedBy ?? ''),
          time: link.ackedAt === null ? '' : formatDay(Date.parse(link.ackedAt), link.timezone),
        })}
      </Note>
    )
  if (link.state === 'superseded') return <Note icon="warn">{t('noticeLink.superseded')}</Note>
  if (link.state === 'expired') return <Note icon="clock">{t('noticeLink.expired')}</Note>
  return <span className="cap">{t('noticeLink.ask')}</span>
}
