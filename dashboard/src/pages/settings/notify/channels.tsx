import { type ReactNode, useState } from 'react'
import type { NotifySettings, NotifyTested } from '../../../../../gateway/http/contract.ts'
import { post, useMay, useMe } from '../../../api.ts'
import { formatTime, formatWhen, plain } from '../../../format.ts'
import { serverNow } from '../../../live.ts'
import { Button, useLinkBlock } from '../../../parts/Button.tsx'
import { Empty, Note, Refusal } from '../../../parts/notes.tsx'
import { useWhy } from '../../../parts/ToldList.tsx'
import { useText } from '../../../text/index.ts'
import { ChannelDialog } from './channel.tsx'
import { useKindWord } from './fields.tsx'
import { Editable } from './list.tsx'
import type { NotifyEdit } from './model.ts'

type ChannelView = NotifySettings['channels'][number]

/** Each channel: what it tells, how it fares, a test. */
export function Channels({ channels, edit }: { readonly channels: readonly ChannelView[]; readonly edit: NotifyEdit }) {
  const { t } = useText()
  return (
    <Editable
      title={t('notify.channels')}
      add={t('notifyForm.addChannel')}
      list="channels"
      edit={edit}
      dialog={(id, onDone, onClose) => (
        <ChannelDialog
          edit={edit}
          channel={edit.file.channels.find(c => c.id === id) ?? null}
          onDone={onDone}
          onClose={onClose}
        />
      )}
    >
      {actions =>
        channels.length === 0 ? (
          <Empty icon="sound" title={t('notify.none')} why={t('notify.noneWhy')} />
        ) : (
          <ul className="card-b col g3 ntf">
            {channels.map(channel => (
              <ChannelRow key={channel.id} channel={channel} actions={actions(channel.id, channel.id)} />
            ))}
          </ul>
        )
      }
    </Editable>
  )
}

function ChannelRow({ channel, actions }: { readonly channel: ChannelView; readonly actions: ReactNode }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const writes = useMay('site.write')
  const away = useLinkBlock()
  const why = useWhy()
  const kindWord = useKindWord()
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
  return (
    <li className="col g2">
      <div className="row wrap">
        <b>{channel.id}</b>
        <span className="chip sq">{kindWord(channel.kind)}</span>
        <span className="dim">{channel.host}</span>
        {writes ? (
          <span className="ml row wrap">
            <Button
              small
              aria-label={t('notifyForm.testOne', { id: channel.id })}
              blocked={away ?? (busy ? t('notify.testing') : null)}
              onClick={() => void test()}
            >
              {t('notify.test')}
            </Button>
            {actions}
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
