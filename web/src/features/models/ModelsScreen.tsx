import { Waiting } from '@/ui/state'

export default function ModelsScreen() {
  return <Waiting />
}
