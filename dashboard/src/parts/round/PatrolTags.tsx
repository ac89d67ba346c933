import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { PatrolTagsView } from '../../../../gateway/http/contract.ts'
import { actions, type Role } from '../../../../rules/flow.ts'
import { type TagAction, tagFlow } from '../../../../rules/patrol/tag.ts'
import { call, post, queries, useMe } from '../../api.ts'
import { formatDay, plain } from '../../format.ts'
import { useText } from '../../text/index.ts'
import { Button } from '../Button.tsx'
import { Dialog, Field } from '../Dialog.tsx'
import { Empty, Loaded } from '../notes.tsx'

type Tag = PatrolTagsView['items'][number]
const words: Readonly<Record<TagAction, 'rounds.tagClear' | 'rounds.tagReplace' | 'rounds.tagRetire'>> = {
  clear: 'rounds.tagClear',
  replace: 'rounds.tagReplace',
  retire: 'rounds.tagRetire',
}

/** Tags on the walls: which of them are doubted and why, and what supervisors did about it. */
export function PatrolTags() {
  const { t, of } = useText()
  const me = useMe()
  const { timezone } = me.site
  const [asked, setAsked] = useState<{ readonly tag: Tag; readonly action: TagAction } | null>(null)
  const tags = useQuery({ queryKey: ['patrol', 'tags'], queryFn: () => call<PatrolTagsView>('patrol-tags') })
  const when = (at: string) => formatDay(Date.parse(at), timezone)
  return (
    <section className="card" aria-label={t('rounds.tags')}>
      <div className="card-h">
        <h2>{t('rounds.tags')}</h2>
      </div>
      <p className="pr-n dim">{t('rounds.tagsWhy')}</p>
      <Loaded query={tags} what={t('rounds.tags')}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon="rounds" title={t('rounds.tagsNone')} why={t('rounds.noneWhy')} />
          ) : (
            <div className="pr-x pr-s">
              <table className="tbl">
                <thead>
                  <tr>
                    <th>{t('rounds.tag')}</th>
                    <th>{t('rounds.tagState')}</th>
                    <th>{t('rounds.tagPlaces')}</th>
                    <th>{t('rounds.tagHistory')}</th>
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {items.map(tag => (
                    <tr key={tag.uid} data-tag={tag.uid} data-state={tag.state}>
                      <td className="mono">{plain(tag.uid)}</td>
                      <td>
                        <b>{t(`patrolTag.${tag.state}`)}</b>
                        {tag.state === 'suspect' && tag.doubt ? <div>{t(`patrolDoubt.${tag.doubt}`)}</div> : null}
                        {tag.replacedBy ? <div>{t('rounds.tagReplacedBy', { tag: plain(tag.replacedBy) })}</div> : null}
                      </td>
                      <td>{[...new Set(tag.places.map(p => of(p.name)))].join(t('common.listSep'))}</td>
                      <td>
                        {tag.history.map(h => (
                          <div key={`${h.at} ${h.action}`}>
                            {when(h.at)} <bdi>{plain(h.by)}</bdi>{' '}
                            {t(`rounds.tagMoves.${h.action as 'doubted' | TagAction}`)}
                            {h.action === 'doubted' || h.reason === '' ? null : `: ${plain(h.reason)}`}
                          </div>
                        ))}
                      </td>
                      <td>
                        <span className="row wrap">
                          {actions(tagFlow, tag.state, me.role as Role).map(action => (
                            <Button key={action} small onClick={() => setAsked({ tag, action })}>
                              {t(words[action])}
                            </Button>
                          ))}
                        </span>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )
        }
      </Loaded>
      {asked ? <MoveDialog {...asked} onClose={() => setAsked(null)} /> : null}
    </section>
  )
}

interface Props {
  readonly tag: Tag
  readonly action: TagAction
  readonly onClose: () => void
}
function MoveDialog({ tag, action, onClose }: Props) {
  const { t } = useText()
  const [reason, setReason] = useState('')
  const [next, setNext] = useState('')
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const send = async () => {
    setBusy(true)
    try {
      const body = { reason: reason.trim(), ...(action === 'replace' && { tag: next.trim() }) }
      await post(`patrol-tags/${encodeURIComponent(tag.uid)}/${action}`, body)
      await queries.invalidateQueries({ queryKey: ['patrol'] })
      onClose()
    } catch (refused) {
      setError(refused)
      setBusy(false)
    }
  }
  const blocked =
    action === 'replace' && next.trim() === ''
      ? t('rounds.tagNewNeeded')
      : reason.trim() === ''
        ? t('rounds.reasonNeeded')
        : null
  return (
    <Dialog
      title={`${t(words[action])} · ${plain(tag.uid)}`}
      verb={t(words[action])}
      blocked={blocked}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      {action === 'replace' ? (
        <Field label={t('rounds.tagNew')}>
          <input className="inp mono" maxLength={100} value={next} onChange={event => setNext(event.target.value)} />
        </Field>
      ) : null}
      <Field label={t('rounds.reason')}>
        <input className="inp" maxLength={300} value={reason} onChange={event => setReason(event.target.value)} />
      </Field>
    </Dialog>
  )
}
