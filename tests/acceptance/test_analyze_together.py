"""Several files that are one examination: `vultus analyze --together`."""

from pathlib import Path

from pydicom import dcmread
from pydicom.uid import generate_uid

from analysis.palsy.results import Palsy
from service.phantoms import PhantomFiles
from tests.integration.recordings import capture, save
from tests.running import vultus


def test_files_of_one_examination_get_one_more_report(tmp_path: Path, phantom: PhantomFiles) -> None:
    again = tmp_path / "exam.dcm"  # whose own results must not lie where those of the examination do
    dataset = dcmread(phantom.dicom)
    dataset.SOPInstanceUID = dataset.file_meta.MediaStorageSOPInstanceUID = generate_uid()
    dataset.save_as(again)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no video")
    done = vultus("analyze", phantom.dicom, again, broken, "--together", "--out", tmp_path / "out")
    assert done.returncode == 3, done.stderr
    assert "2 recordings together: " in done.stdout
    assert done.stdout.count("spasm") >= 3  # of each recording, and of both
    exam = tmp_path / "out" / "exam"
    assert {file.name for file in exam.iterdir()} == {"report.pdf", "sr.dcm", "pdf.dcm", "palsy.json"}
    palsy = Palsy.model_validate_json((exam / "palsy.json").read_bytes())
    uids = {str(dcmread(file, stop_before_pixels=True).SOPInstanceUID) for file in (phantom.dicom, again)}
    assert {movement.source for movement in palsy.movements} == uids
    assert uids == {
        str(item.ReferencedSOPInstanceUID)
        for series in dcmread(exam / "sr.dcm").CurrentRequestedProcedureEvidenceSequence[0].ReferencedSeriesSequence
        for item in series.ReferencedSOPSequence
    }
    assert (tmp_path / "out" / "exam-2" / "result.json").exists()


def test_two_studies_are_no_examination(tmp_path: Path) -> None:
    pictures = [tmp_path / "one.dcm", tmp_path / "other.dcm"]
    for picture in pictures:
        save(capture(1), picture)
    done = vultus("analyze", *pictures, "--together", "--out", tmp_path / "out")
    assert done.returncode == 1
    assert "studies" in done.stderr, done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out" / "other" / "sr.dcm").exists()
