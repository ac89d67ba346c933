import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import type { NoticeGroup, OutageSent, RunView } from '../../../gateway/http/contract.ts'
import { call, type Items, newKey, post, queries, useMay, useMe } from '../api.ts'
import { formatWhen, plain } from '../format.ts'
import { serverNow } from '../live.ts'
import { useText } from '../text/index.ts'
import { Button, useRecordBlock } from './Button.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Loaded, Note } from './notes.tsx'
import { useWhy } from './ToldList.tsx'

type Drafts = NonNullable<RunView['notices']['interrupted']>
interface Props {
  readonly run: RunView
  readonly drafts: Drafts
}

/** Sends the notice to a group, after somebody has read it; and shows who got those that were sent. */
export function OutageSend({ run, drafts }: Props) {
  const { t } = useText()
  const may = useMay('runbook.end')
  const away = useRecordBlock()
  const [open, setOpen] = useState(false)
  const path = `runs/${encodeURIComponent(run.id)}/outage-notices`
  const sent = useQuery({
    queryKey: ['outage', run.id],
    queryFn: async () => (await call<Items<OutageSent>>(path)).items,
    refetchInterval: 5000,
  })
  const groups = useQuery({
    queryKey: ['notice-groups'],
    queryFn: async () => (await call<Items<NoticeGroup>>('notice-groups')).items,
  })
  const known = groups.data ?? []
  return (
    <>
      {may ? (
        <div className="row">
          <Button
            small
            icon="out"
            blocked={away ?? (groups.data && known.length === 0 ? t('outage.noGroups') : null)}
            sayWhy
            onClick={() => setOpen(true)}
          >
            {t('outage.send')}
          </Button>
        </div>
      ) : null}
      <Loaded query={sent} what={t('outage.sent')}>
        {items =>
          items.length === 0 ? <span className="dim">{t('outage.none')}</span> : <Sent items={items} groups={known} />
        }
      </Loaded>
      {open ? <Send run={run} drafts={drafts} groups={known} path={path} onClose={() => setOpen(false)} /> : null}
    </>
  )
}

function Sent({ items, groups }: { readonly items: readonly OutageSent[]; readonly groups: readonly NoticeGroup[] }) {
  const { t, of, lang } = useText()
  const zone = useMe().site.timezone
  const why = useWhy()
  return (
    <ul className="exl">
      {items.map(one => {
        const group = groups.find(g => g.id === one.group)
        return (
          <li key={one.seq}>
            <time dateTime={one.at}>{formatWhen(Date.parse(one.at), serverNow(), lang, zone)}</time>
            <span>
              {t(one.kind === 'interrupted' ? 'outage.interrupted' : 'outage.restored', {
                group: group ? of(group.name) : one.group,
                name: plain(one.by),
              })}{' '}
              <b>{t('outage.count', { told: one.told, people: one.people })}</b>
              {one.notTold.length === 0 ? null : (
                <details>
                  <summary>{t('outage.missed', { n: one.notTold.length })}</summary>
                  <ul>
                    {one.notTold.slice(0, 200).map(miss => (
                      <li key={`${miss.name} ${miss.channel}`}>
                        {plain(miss.name)} · {plain(miss.channel)} · {why(miss.why)}
                      </li>
                    ))}
                  </ul>
                </details>
              )}
            </span>
          </li>
        )
      })}
    </ul>
  )
}

interface SendProps extends Props {
  readonly groups: readonly NoticeGroup[]
  readonly path: string
  readonly onClose: () => void
}
function Send({ run, drafts, groups, path, onClose }: SendProps) {
  const { t, of } = useText()
  const [group, setGroup] = useState(groups[0]?.id ?? '')
  const [words, setWords] = useState(drafts)
  const [read, setRead] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [key] = useState(newKey)
  const blank = /（待填写）|\(to be filled in\)/
  const lacks = blank.test(words['zh-CN'].body + words.en.body)
    ? t('outage.blank')
    : read
      ? null
      : t('common.lacks', { what: t('outage.confirm') })
  const send = async () => {
    setBusy(true)
    setError(null)
    try {
      const kind = run.notices.restored ? 'restored' : 'interrupted'
      await post(path, { group, kind, words }, key)
      await queries.invalidateQueries({ queryKey: ['outage', run.id] })
      onClose()
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const people = groups.find(g => g.id === group)?.people ?? 0
  return (
    <Dialog
      title={t('outage.send')}
      verb={t('outage.sendTo', { n: people })}
      blocked={lacks}
      busy={busy}
      error={error}
      onDo={() => void send()}
      onClose={onClose}
    >
      <Field label={t('outage.group')}>
        <select className="inp" value={group} onChange={event => setGroup(event.target.value)}>
          {groups.map(one => (
            <option key={one.id} value={one.id}>
              {of(one.name)} ({one.people})
            </option>
          ))}
        </select>
      </Field>
      {(['zh-CN', 'en'] as const).map(lang => (
        <Field key={lang} label={t(lang === 'en' ? 'outage.english' : 'outage.chinese')}>
          <textarea
            className="inp"
            lang={lang}
            rows={6}
            maxLength={2000}
            value={words[lang].body}
            onChange={event => setWords({ ...words, [lang]: { ...words[lang], body: event.target.value } })}
          />
        </Field>
      ))}
      <Note icon="warn">{t('outage.care')}</Note>
      <label className="row">
        <input type="checkbox" checked={read} onChange={event => setRead(event.target.checked)} />
        {t('outage.confirm')}
      </label>
    </Dialog>
  )
}
