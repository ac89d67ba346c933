import { useQuery } from '@tanstack/react-query'
import type { PassCode } from '../../../gateway/http/contract.ts'
import { call } from '../api.ts'
import { plain } from '../format.ts'
import { Picture } from '../parts/ReportCode.tsx'
import { useText } from '../text/index.ts'
import { Known, Sheet } from './report.tsx'

/** On the holder's own phone: the code of these seconds. Whoever has the link has the pass; nobody signs in. */
export default function Pass({ path }: { readonly path: string }) {
  const { t } = useText()
  const token = path.slice('/pass/'.length)
  const query = useQuery({
    queryKey: ['pass-code', token],
    queryFn: () => call<PassCode>(`pass-codes/${encodeURIComponent(token)}`),
    refetchInterval: 5000,
    staleTime: 0,
  })
  return (
    <Sheet title={t('passes.myPass')}>
      <Known query={query} what={t('passes.myPass')} why={t('passes.linkUnknown')}>
        {({ code, no, name }) => (
          <div className="qr">
            <Picture text={code} label={t('passes.myPass')} />
            <b>
              <bdi>{plain(name)}</bdi>
            </b>
            <span className="mono">{no}</span>
            <span>{t('passes.changes')}</span>
          </div>
        )}
      </Known>
    </Sheet>
  )
}
