import { Waiting } from '@/ui/state'

export default function TemplatesScreen() {
  return <Waiting />
}
