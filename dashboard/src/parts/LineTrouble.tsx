import type { LineTroubleView } from '../../../gateway/http/contract.ts'
import { plain } from '../format.ts'
import { useText } from '../text/index.ts'
import { Note } from './notes.tsx'

/** Why there is no connection on a line, and what to do about it. */
export function LineTrouble({ trouble }: { readonly trouble: LineTroubleView }) {
  const { t } = useText()
  const { code, detail } = trouble
  const what = detail === null ? '' : plain(detail)
  return (
    <Note sort="medium" icon="warn" role="alert" title={t(`lineTrouble.${code}.what`)}>
      {code === 'port-forbidden' ? (
        t('lineTrouble.port-forbidden.do', { group: what })
      ) : code === 'port-busy' ? (
        t(what === '' ? 'lineTrouble.port-busy.do' : 'lineTrouble.port-busy.doNamed', { program: what })
      ) : code === 'port-missing' ? (
        t(what === '' ? 'lineTrouble.port-missing.do' : 'lineTrouble.port-missing.doOthers', { ports: what })
      ) : (
        <>
          {t(`lineTrouble.${code}.do`)} {what === '' ? null : <span className="mono brk">{what}</span>}
        </>
      )}
    </Note>
  )
}
