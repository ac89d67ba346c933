import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { encode } from 'uqr'
import type { Text } from '../../../gateway/http/contract.ts'
import { call } from '../api.ts'
import { useText } from '../text/index.ts'
import { Button } from './Button.tsx'
import { Dialog } from './Dialog.tsx'
import { Loaded, Note } from './notes.tsx'

interface Props {
  readonly equipment: string
  readonly name: Text
}
interface Link {
  readonly path: string
  readonly url: string | null
}

/** The code to stick on a piece of equipment: whoever stands before it reports a trouble without signing in. */
export function ReportCode({ equipment, name }: Props) {
  const { t, of } = useText()
  const [open, setOpen] = useState(false)
  const link = useQuery({
    queryKey: ['report-link', equipment],
    queryFn: () => call<Link>(`equipment/${encodeURIComponent(equipment)}/report-link`),
    enabled: open,
  })
  return (
    <>
      <Button onClick={() => setOpen(true)}>{t('intake.code')}</Button>
      {open ? (
        <Dialog
          title={t('intake.codeOf', { name: of(name) })}
          verb={t('intake.print')}
          blocked={link.data ? null : t('common.loading', { what: t('intake.code') })}
          onDo={() => print()}
          onClose={() => setOpen(false)}
        >
          <Loaded query={link} what={t('intake.code')}>
            {({ path, url }) => (
              <>
                <div className="qr">
                  <Picture text={url ?? location.origin + path} label={t('intake.codeOf', { name: of(name) })} />
                  <b>{of(name)}</b>
                  <span>{t('intake.scan')}</span>
                  <span className="mono cap">{url ?? location.origin + path}</span>
                </div>
                {url === null ? (
                  <Note sort="medium" icon="warn">
                    {t('intake.noAddress', { origin: location.origin })}
                  </Note>
                ) : null}
              </>
            )}
          </Loaded>
        </Dialog>
      ) : null}
    </>
  )
}

/** Black on white in every theme, with the quiet zone around: telephones read nothing else. */
export function Picture({ text, label }: { readonly text: string; readonly label: string }) {
  const { data, size } = encode(text, { ecc: 'M', border: 4 })
  const path = data.flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : []))).join('')
  return (
    <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shapeRendering="crispEdges">
      <rect width={size} height={size} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
