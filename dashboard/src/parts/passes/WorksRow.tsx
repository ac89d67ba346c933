import { useState } from 'react'
import { Link } from 'wouter'
import type { CredentialView, WorksClosed, WorksView } from '../../../../gateway/http/contract.ts'
import { passesChanged } from '../../access.ts'
import { post, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button } from '../Button.tsx'
import { Dialog } from '../Dialog.tsx'
import { PassListDialog } from './PassListDialog.tsx'

/** A decoration site with its passes: closing it stops them all and lists what was not given back. */
export function WorksRow({
  works,
  held,
  blocked,
}: {
  readonly works: WorksView
  readonly held: readonly CredentialView[]
  readonly blocked: string | null
}) {
  const { t } = useText()
  const { site } = useMe()
  const [listing, setListing] = useState(false)
  const [closing, setClosing] = useState(false)
  const [closed, setClosed] = useState<WorksClosed | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const left = held.filter(one => one.phase !== 'returned' && one.phase !== 'refused')
  const close = async () => {
    setBusy(true)
    try {
      setClosed(await post<WorksClosed>(`works/${works.id}/close`))
      await passesChanged()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const end = () => {
    setClosing(false)
    setClosed(null)
  }
  return (
    <li className="dr" data-works={works.no}>
      <div className="row wrap">
        <b>{plain(works.name)}</b>
        <span className="dim mono">{works.no}</span>
        {works.permit === '' ? null : <span className="dim">{t('passes.permitNo', { no: plain(works.permit) })}</span>}
        <span>{t('passes.worksHeld', { n: held.length, left: left.length })}</span>
        <span className="ml row wrap">
          {works.closedAt === null ? (
            <Button
              small
              blocked={blocked}
              onClick={() => setListing(true)}
              aria-label={t('passes.listOf', { no: works.no })}
            >
              {t('passes.list')}
            </Button>
          ) : null}
          {held.some(one => one.phase === 'active') ? (
            <Link className="btn sm" href={`/passes/print?works=${works.id}`}>
              {t('passes.printAll')}
            </Link>
          ) : null}
          {works.closedAt === null ? (
            <Button
              small
              blocked={blocked}
              onClick={() => setClosing(true)}
              aria-label={t('passes.closeOf', { no: works.no })}
            >
              {t('passes.close')}
            </Button>
          ) : (
            <span className="dr-m lockout">
              {t('passes.closed', { day: formatDay(Date.parse(works.closedAt), site.timezone) })}
            </span>
          )}
        </span>
      </div>
      {works.closedAt !== null && left.length > 0 ? (
        <span className="q-t">
          {t('passes.missing', {
            list: left
              .map(
                one =>
                  `${one.no} ${plain(one.personName)}${one.duplicate === 'gate' ? ` (${t('passes.inside')})` : ''}`,
              )
              .join(t('common.listSep')),
          })}
        </span>
      ) : null}
      {listing ? <PassListDialog works={works} onClose={() => setListing(false)} /> : null}
      {closing && closed === null ? (
        <Dialog
          title={t('passes.closeOf', { no: works.no })}
          verb={t('passes.close')}
          busy={busy}
          error={error}
          onDo={() => void close()}
          onClose={end}
        >
          <p>{t('passes.closeWhy', { n: left.length })}</p>
        </Dialog>
      ) : null}
      {closed ? (
        <Dialog title={t('passes.closeOf', { no: works.no })} onClose={end}>
          <p>{t('passes.unreturned', { n: closed.unreturned.length })}</p>
          <ul>
            {closed.unreturned.map(one => (
              <li key={one.id}>
                <span className="mono">{one.no}</span> <bdi>{plain(one.name)}</bdi>
              </li>
            ))}
          </ul>
        </Dialog>
      ) : null}
    </li>
  )
}
