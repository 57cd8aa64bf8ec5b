import { Waiting } from '@/ui/state'

export default function DesignerScreen() {
  return <Waiting />
}
