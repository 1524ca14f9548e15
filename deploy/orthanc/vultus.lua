-- Forwards every newly stored face recording to the modality "vultus", and never what came from there.
-- Orthanc tries once: if Vultus was down, press "Send to DICOM modality" on the study, or POST its identifier to /modalities/vultus/store.

local RECORDINGS = {
  ['1.2.840.10008.5.1.4.1.1.77.1.4.1'] = true, -- Video Photographic Image Storage
  ['1.2.840.10008.5.1.4.1.1.77.1.1.1'] = true, -- Video Endoscopic Image Storage
  ['1.2.840.10008.5.1.4.1.1.77.1.2.1'] = true, -- Video Microscopic Image Storage
  ['1.2.840.10008.5.1.4.1.1.7.4'] = true,      -- Multi-frame True Color Secondary Capture Image Storage
}
local VULTUS_AE_TITLE = 'VULTUS' -- dicom.ae_title

function OnStoredInstance(instance, tags, metadata, origin)
  if RECORDINGS[tags['SOPClassUID']] and origin['RemoteAet'] ~= VULTUS_AE_TITLE then
    SendToModality(instance, 'vultus')
  end
end
