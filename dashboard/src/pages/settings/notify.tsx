import { useQuery } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import type { NotifySettings, NotifyTested } from '../../../../gateway/http/contract.ts'
import { ApiError, call, post, queries, useMay, useMe } from '../../api.ts'
import { formatTime, formatWhen, plain } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { Button, useLinkBlock } from '../../parts/Button.tsx'
import { CodeArea } from '../../parts/CodeArea.tsx'
import { Empty, Loaded, Note, Refusal } from '../../parts/notes.tsx'
import { useWhy } from '../../parts/ToldList.tsx'
import { useText } from '../../text/index.ts'
import { notifyExample } from './notify-example.ts'

type Channel = NotifySettings['channels'][number]

/** Channels, rosters, ladders, groups: how people are told, what waits, what failed, and the file itself without secrets. */
export function Notify() {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['notify'],
    queryFn: () => call<NotifySettings>('notify'),
    refetchInterval: 5000,
  })
  return (
    <Loaded query={query} what={t('notify.title')}>
      {settings => (
        <div className="stk">
          {settings.broken === null ? null : (
            <Note sort="no" icon="warn" title={t('notify.broken')}>
              {plain(settings.broken)}
            </Note>
          )}
          {settings.address === null && settings.channels.length > 0 ? (
            <Note icon="help">{t('notify.noAddress')}</Note>
          ) : null}
          <Channels channels={settings.channels} />
          <Duty settings={settings} />
          {/* Of no channel nobody was told: "none missed" would say the contrary. */}
          {settings.channels.length + settings.failed.length > 0 ? <Failed failed={settings.failed} /> : null}
          <Editor settings={settings} />
        </div>
      )}
    </Loaded>
  )
}

const Card = ({ title, children }: { readonly title: string; readonly children: React.ReactNode }) => (
  <section className="card">
    <div className="card-h">
      <h2>{title}</h2>
    </div>
    {children}
  </section>
)

function Channels({ channels }: { readonly channels: readonly Channel[] }) {
  const { t } = useText()
  return (
    <Card title={t('notify.channels')}>
      {channels.length === 0 ? (
        <Empty icon="sound" title={t('notify.none')} why={t('notify.noneWhy')} />
      ) : (
        <ul className="card-b col g3 ntf">
          {channels.map(channel => (
            <ChannelRow key={channel.id} channel={channel} />
          ))}
        </ul>
      )}
    </Card>
  )
}

function ChannelRow({ channel }: { readonly channel: Channel }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const writes = useMay('site.write')
  const away = useLinkBlock()
  const why = useWhy()
  const [busy, setBusy] = useState(false)
  const [tested, setTested] = useState<NotifyTested | null>(null)
  const [error, setError] = useState<unknown>(null)
  const test = async () => {
    setBusy(true)
    setError(null)
    setTested(null)
    try {
      setTested(await post<NotifyTested>(`notify/channels/${encodeURIComponent(channel.id)}/test`))
    } catch (refused) {
      setError(refused)
    }
    setBusy(false)
  }
  const { failing, waiting } = channel
  const kinds: Record<string, string> = {
    webhook: 'Webhook',
    email: t('notify.kind.email'),
    sms: t('notify.kind.sms'),
    dingtalk: t('notify.kind.dingtalk'),
    wecom: t('notify.kind.wecom'),
    feishu: t('notify.kind.feishu'),
  }
  return (
    <li className="col g2">
      <div className="row">
        <b>{channel.id}</b>
        <span className="chip sq">{kinds[channel.kind] ?? channel.kind}</span>
        <span className="dim">{channel.host}</span>
        {writes ? (
          <span className="ml">
            <Button small blocked={away ?? (busy ? t('notify.testing') : null)} onClick={() => void test()}>
              {t('notify.test')}
            </Button>
          </span>
        ) : null}
      </div>
      <div className="cap">
        {channel.events.length === 0
          ? t('notify.byLadder')
          : t('notify.tells', { what: channel.severities.map(s => t(`severity.${s}`)).join(t('common.listSep')) })}
        {channel.roster === null ? '' : ` · ${t('notify.roster', { id: channel.roster })}`}
      </div>
      {failing === null ? null : (
        <Note sort="no" icon="warn">
          {t('notify.failing', {
            time: formatWhen(Date.parse(failing.since), serverNow(), lang, zone),
            why: why(failing.why),
            next: formatTime(Date.parse(failing.nextAt), lang, zone),
            n: waiting,
          })}
        </Note>
      )}
      {tested === null ? null : (
        <Note sort={tested.ok ? 'yes' : 'no'} icon={tested.ok ? 'check' : 'x'} role="status">
          {tested.ok
            ? t('notify.taken', { names: tested.to.map(plain).join(t('common.listSep')) })
            : t('notify.refused', { why: why(tested.why ?? '') })}
          {tested.answer === '' ? null : <pre className="mono">{plain(tested.answer)}</pre>}
        </Note>
      )}
      <Refusal error={error} />
    </li>
  )
}

/** Who is on duty now, and who is told when nobody acknowledges. */
function Duty({ settings: { rosters, ladders, groups } }: { readonly settings: NotifySettings }) {
  const { t, of } = useText()
  if (rosters.length === 0 && groups.length === 0) return null
  return (
    <Card title={t('notify.duty')}>
      <div className="card-b col g3">
        {rosters.map(roster => (
          <div key={roster.id}>
            <b>{roster.id}</b>{' '}
            {roster.onDuty.length === 0 ? (
              <span className="dim">{t('notify.nobody')}</span>
            ) : (
              t('notify.now', { names: roster.onDuty.map(plain).join(t('common.listSep')) })
            )}{' '}
            <span className="dim">{t('notify.of', { n: roster.people })}</span>
          </div>
        ))}
        {ladders.map(ladder => (
          <div key={ladder.id}>
            <b>{t('notify.ladder', { id: ladder.id })}</b>{' '}
            <span className="dim">{ladder.severities.map(s => t(`severity.${s}`)).join(t('common.listSep'))}</span>
            <ol>
              {ladder.levels.map(level => (
                <li key={level.afterMin}>
                  {t(level.afterMin === 0 ? 'notify.atOnce' : 'notify.level', {
                    n: level.afterMin,
                    roster: level.roster,
                    channels: level.channels.join(t('common.listSep')),
                  })}
                </li>
              ))}
            </ol>
            <span className="cap">{t('notify.repeat', { n: ladder.repeatMin })}</span>
          </div>
        ))}
        {groups.map(group => (
          <div key={group.id}>
            <b>{of(group.name)}</b>{' '}
            <span className="dim">
              {t('notify.group', { n: group.people, channels: group.channels.join(t('common.listSep')) })}
            </span>
          </div>
        ))}
      </div>
    </Card>
  )
}

function Failed({ failed }: Pick<NotifySettings, 'failed'>) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const why = useWhy()
  return (
    <Card title={t('notify.failed')}>
      <div className="card-b">
        {failed.length === 0 ? (
          <span className="dim">{t('notify.allTold')}</span>
        ) : (
          <ul className="exl">
            {failed.slice(0, 20).map(one => (
              <li key={one.seq}>
                <time dateTime={one.at}>{formatWhen(Date.parse(one.at), serverNow(), lang, zone)}</time>
                <span>
                  {t('told.notTold', {
                    names: one.to.map(plain).join(t('common.listSep')),
                    channel: plain(one.channel),
                  })}{' '}
                  <span className="cap b">{why(one.why)}</span> <span className="dim">{plain(one.about)}</span>
                </span>
              </li>
            ))}
          </ul>
        )}
      </div>
    </Card>
  )
}

interface Draft {
  readonly text: string
  readonly hash: string | null
}
/** The file as JSON. Secrets are dots: left as they are, what is kept stays. */
function Editor({ settings }: { readonly settings: NotifySettings }) {
  const { t, lang } = useText()
  const writes = useMay('site.write')
  const away = useLinkBlock()
  const area = useRef<HTMLTextAreaElement>(null)
  const [draft, setDraft] = useState<Draft | null>(null)
  const [outcome, setOutcome] = useState<{ readonly ok: boolean; readonly words: string } | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const text = draft?.text ?? settings.text
  const run = async (work: () => Promise<{ ok: boolean; words: string }>) => {
    setBusy(true)
    setError(null)
    setOutcome(null)
    try {
      setOutcome(await work())
    } catch (refused) {
      setError(refused)
      if (refused instanceof ApiError && refused.status === 409)
        await queries.invalidateQueries({ queryKey: ['notify'] })
    }
    setBusy(false)
  }
  const check = () =>
    run(async () => {
      const { why } = await post<{ why: string | null }>('notify/check', { text })
      return why === null ? { ok: true, words: t('notify.checked') } : { ok: false, words: plain(why) }
    })
  const save = () =>
    run(async () => {
      const body = { text, hash: draft ? draft.hash : settings.hash }
      queries.setQueryData(['notify'], await call<NotifySettings>('notify', { method: 'PUT', body }))
      setDraft(null)
      return { ok: true, words: t('notify.saved') }
    })
  const change = (next: string) => {
    setDraft({ text: next, hash: draft ? draft.hash : settings.hash })
    setOutcome(null)
  }
  const blocked = away ?? (busy ? t('notify.busy') : draft === null ? t('notify.unchanged') : null)
  return (
    <Card title={t('notify.file')}>
      <div className="card-b col g3">
        <span className="cap">{t('notify.fileWhy')}</span>
        <CodeArea area={area} label={t('notify.file')} text={text} marked={[]} readOnly={!writes} onChange={change} />
        {outcome === null ? null : (
          <Note sort={outcome.ok ? 'yes' : 'no'} icon={outcome.ok ? 'check' : 'x'} role="status">
            {outcome.words}
          </Note>
        )}
        <Refusal error={error} />
        {writes ? (
          <div className="row">
            <Button primary blocked={blocked} onClick={() => void save()}>
              {t('notify.save')}
            </Button>
            <Button blocked={blocked} onClick={() => void check()}>
              {t('notify.check')}
            </Button>
            {text.trim() === '' ? (
              <Button onClick={() => change(notifyExample(lang))}>{t('notify.example')}</Button>
            ) : null}
            {draft === null ? null : (
              <Button
                onClick={() => {
                  setDraft(null)
                  setOutcome(null)
                  setError(null)
                }}
              >
                {t('notify.discard')}
              </Button>
            )}
          </div>
        ) : null}
      </div>
    </Card>
  )
}
