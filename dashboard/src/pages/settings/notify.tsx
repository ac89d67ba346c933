import { useQuery } from '@tanstack/react-query'
import type { NotifySettings } from '../../../../gateway/http/contract.ts'
import { call } from '../../api.ts'
import { Loaded, Note } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { Channels } from './notify/channels.tsx'
import { Groups, Ladders, Rest, Rosters } from './notify/duty.tsx'
import { Failed } from './notify/failed.tsx'
import { FileEditor } from './notify/file.tsx'
import { HeartbeatCard } from './notify/heartbeat.tsx'
import { useNotifyEdit } from './notify/model.ts'
import { Preview } from './notify/preview.tsx'

/** How people are told: channels, who is on duty, who comes next, who would be told when; what waits, what failed. */
export function Notify() {
  const { t } = useText()
  const query = useQuery({
    queryKey: ['notify'],
    queryFn: () => call<NotifySettings>('notify'),
    refetchInterval: 5000,
  })
  return (
    <Loaded query={query} what={t('notify.title')}>
      {settings => <Page settings={settings} />}
    </Loaded>
  )
}

function Page({ settings }: { readonly settings: NotifySettings }) {
  const { t, of } = useText()
  const edit = useNotifyEdit(settings)
  return (
    <div className="stk">
      {settings.broken === null ? null : (
        <Note sort="no" icon="warn" title={t('notify.broken')}>
          {of(settings.broken)}
        </Note>
      )}
      {settings.address === null && settings.channels.length > 0 ? (
        <Note icon="help">{t('notify.noAddress')}</Note>
      ) : null}
      <Channels channels={settings.channels} edit={edit} />
      <Rosters edit={edit} />
      <Ladders edit={edit} />
      {settings.channels.length > 0 ? <Preview /> : null}
      <Rest edit={edit} />
      <HeartbeatCard state={settings.heartbeat} edit={edit} />
      <Groups edit={edit} />
      {/* Of no channel nobody was told: "none missed" would say the contrary. */}
      {settings.channels.length + settings.failed.length > 0 ? <Failed failed={settings.failed} /> : null}
      <FileEditor settings={settings} />
    </div>
  )
}
