import { useText } from '../text/index.ts'

/** On this machine nobody listens on the way. */
const near = (host: string): boolean => /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(host)

/** The page itself came over plain HTTP from another machine: what is typed here can be read along. */
export function PlainNote({ at = window.location }: { readonly at?: Pick<Location, 'protocol' | 'hostname'> }) {
  const { t } = useText()
  if (at.protocol !== 'http:' || near(at.hostname)) return null
  return (
    <div className="note q top-note" role="status">
      <div className="grow">
        <b>{t('web.plain')}</b>
        <div>{t('web.plainWhat')}</div>
      </div>
    </div>
  )
}
