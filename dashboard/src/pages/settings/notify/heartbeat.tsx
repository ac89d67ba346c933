import { useState } from 'react'
import type { NotifySettings } from '../../../../../gateway/http/contract.ts'
import { useMe } from '../../../api.ts'
import { formatWhen } from '../../../format.ts'
import { serverNow } from '../../../live.ts'
import { Button } from '../../../parts/Button.tsx'
import { Dialog } from '../../../parts/Dialog.tsx'
import { Empty, Note } from '../../../parts/notes.tsx'
import { useWhy } from '../../../parts/ToldList.tsx'
import { useText } from '../../../text/index.ts'
import { Choice, TextField } from './fields.tsx'
import { MASK, type NotifyEdit, wholeOf } from './model.ts'

/** The watcher outside that calls people when it hears nothing of this gateway any more. */
export function HeartbeatCard(props: { readonly state: NotifySettings['heartbeat']; readonly edit: NotifyEdit }) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const why = useWhy()
  const [open, setOpen] = useState(false)
  const { state, edit } = props
  const when = (at: string) => formatWhen(Date.parse(at), serverNow(), lang, zone)
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('heartbeat.title')}</h2>
        <span className="ml">
          <Button
            small
            blocked={edit.blocked}
            aria-label={state === null ? undefined : t('notifyForm.changeOne', { what: t('heartbeat.title') })}
            onClick={() => setOpen(true)}
          >
            {state === null ? t('heartbeat.set') : t('notifyForm.change')}
          </Button>
        </span>
      </div>
      {state === null ? (
        <Empty icon="warn" title={t('heartbeat.none')} why={t('heartbeat.noneWhy')} />
      ) : (
        <div className="card-b col g2">
          <span>
            {t('heartbeat.sends', { method: state.method, host: state.host, n: state.everyS })}
            {' · '}
            {state.takenAt === null ? t('heartbeat.never') : t('heartbeat.taken', { time: when(state.takenAt) })}
          </span>
          {state.held === null ? null : (
            <Note sort="no" icon="warn">
              {t(`heartbeat.held.${state.held}`)}
            </Note>
          )}
          {state.failing === null ? null : (
            <Note sort="no" icon="warn">
              {t('heartbeat.failing', { time: when(state.failing.since), why: why(state.failing.why) })}
            </Note>
          )}
          <span className="cap">{t('heartbeat.why')}</span>
        </div>
      )}
      {open ? (
        <HeartbeatDialog
          edit={edit}
          onClose={() => {
            setOpen(false)
            edit.forget()
          }}
        />
      ) : null}
    </section>
  )
}

function HeartbeatDialog({ edit, onClose }: { readonly edit: NotifyEdit; readonly onClose: () => void }) {
  const { t } = useText()
  const { heartbeat, ...rest } = edit.file
  const [url, setUrl] = useState(heartbeat?.url ?? '')
  const [method, setMethod] = useState<'GET' | 'POST'>(heartbeat?.method ?? 'GET')
  const [every, setEvery] = useState(String(heartbeat?.everyS ?? 60))
  const wrongUrl = url === MASK || /^https?:\/\/[^\s/]/.test(url) ? null : t('heartbeat.urlWrong')
  const wrongEvery = wholeOf(every, 10, 3600) === null ? t('heartbeat.everyWrong') : null
  const put = async (next: typeof edit.file) => {
    if (await edit.save(next)) onClose()
  }
  return (
    <Dialog
      title={t('heartbeat.title')}
      verb={t('notify.save')}
      blocked={edit.blocked ?? wrongUrl ?? wrongEvery}
      busy={edit.busy}
      error={edit.error}
      onDo={() => void put({ ...rest, heartbeat: { url: url.trim(), method, everyS: Number(every) } })}
      onClose={onClose}
    >
      <span className="cap">{t('heartbeat.why')}</span>
      <TextField
        label={t('heartbeat.url')}
        hint={t('heartbeat.urlHint')}
        mono
        value={url}
        wrong={wrongUrl}
        onChange={setUrl}
      />
      <div className="two">
        <Choice
          label={t('heartbeat.method')}
          value={method}
          all={['GET', 'POST'] as const}
          word={one => one}
          onChange={setMethod}
        />
        <TextField
          label={t('heartbeat.every')}
          hint={t('heartbeat.everyHint')}
          numeric
          value={every}
          wrong={wrongEvery}
          onChange={setEvery}
        />
      </div>
      {heartbeat ? (
        <span>
          <Button small blocked={edit.blocked} onClick={() => void put(rest)}>
            {t('heartbeat.remove')}
          </Button>
        </span>
      ) : null}
    </Dialog>
  )
}
