"""Public learner data as a file of the study: counted by hand, and refused in a sentence where it is not what it should be."""

from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks.validity import __main__ as program
from benchmarks.validity import oulad
from vsv_app.study import cohorts, learner_file

FILES = {
	"courses": "code_module,code_presentation,module_presentation_length\nAAA,2013J,70\n",
	"assessments": "code_module,code_presentation,id_assessment,assessment_type,date,weight\nAAA,2013J,1,TMA,14,10\nAAA,2013J,2,TMA,35,10\nAAA,2013J,3,Exam,?,100\n",
	"studentInfo": (
		"code_module,code_presentation,id_student,gender,region,highest_education,imd_band,age_band,num_of_prev_attempts,studied_credits,disability,final_result\n"
		"AAA,2013J,11,M,Wales,HE,?,0-35,0,60,N,Pass\nAAA,2013J,12,F,Wales,HE,?,0-35,0,60,N,Withdrawn\n"
		"AAA,2013J,13,F,Wales,HE,?,0-35,0,60,N,Withdrawn\nAAA,2013J,14,F,Wales,HE,?,0-35,0,60,N,Fail\n"
	),
	"studentRegistration": "code_module,code_presentation,id_student,date_registration,date_unregistration\nAAA,2013J,11,-9,\nAAA,2013J,12,-9,30\nAAA,2013J,13,-9,-2\nAAA,2013J,14,NA,NA\n",
	"studentAssessment": "id_assessment,id_student,date_submitted,is_banked,score\n1,11,13,0,80\n1,14,24,0,40\n2,11,36,0,?\n",
	"studentVle": "code_module,code_presentation,id_student,id_site,date,sum_click\nAAA,2013J,11,5,-3,1\n" + "".join(f"AAA,2013J,11,5,{day},2\n" for day in range(0, 70, 7)) + "AAA,2013J,12,5,8,1\n",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path) -> Path:
	for name, content in FILES.items():
		(tmp_path / f"{name}.csv").write_text(content, encoding="utf-8")
	return tmp_path


def lines(folder: Path, learner: str, fact: str) -> list[tuple[str, ...]]:
	return [line[1:] for line in oulad.facts(folder) if line[0] == f"AAA-2013J-{learner}" and line[2] == fact]


def test_counted_by_hand(folder: Path) -> None:
	assert {line[0][-2:] for line in oulad.facts(folder)} == {"11", "12", "14"}  # 13 never came
	assert lines(folder, "12", "left") == [("2013-11-06", "left", "", "", "")]
	assert lines(folder, "11", "result") == [("2013-10-20", "result", "80", "AAA", "")]
	assert lines(folder, "14", "failed") == [("2013-12-16", "failed", "", "", "")]
	# Handed in ten days after its day is missing, and so is what was never handed in; 12 left before the second was missing.
	assert [line[0] for line in lines(folder, "14", "missing")] == ["2013-10-21", "2013-11-11"]
	assert [line[0] for line in lines(folder, "12", "missing")] == ["2013-10-21"]
	# Seen in the second week alone, and gone in the fifth, which makes two stretches of absence.
	assert [(line[0], line[4]) for line in lines(folder, "12", "absent")] == [
		("2013-10-07", "2013-10-11"), ("2013-10-21", "2013-11-01"),
	]  # fmt: skip
	assert lines(folder, "11", "absent") == []


def test_the_study_reads_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
	assert oulad.main([str(folder)]) == 0
	file = learner_file.read(capsys.readouterr().out.splitlines(keepends=True))
	(cohort,) = cohorts.of(file)
	assert [str(note) for note in file.notes] == []
	assert (len(cohort.members), cohort.outcomes) == (3, 1)
	away = [row[1] for batch in cohort.batches() for row in batch.rows if row[0].endswith("12")]
	assert len(away) == 15


@pytest.mark.parametrize(
	("spoilt", "sentence"),
	[
		(lambda f: f / "nowhere", "There is no folder"),
		(lambda f: (f / "courses.csv").unlink() or f, "has no courses.csv"),
		(lambda f: (f / "courses.csv").write_text("a,b\n") and f, "courses.csv, line 1: there is no column code_module"),
		(lambda f: (f / "studentRegistration.csv").write_text(FILES["studentRegistration"] + "AAA,2013J,15,-9,soon\n") and f, "studentRegistration.csv, line 6: 'soon' is no day"),
		(lambda f: (f / "studentAssessment.csv").write_text(FILES["studentAssessment"] + "9,11,3,0,5\n") and f, "studentAssessment.csv, line 5: assessments.csv has no assessment 9"),
		(lambda f: (f / "studentInfo.csv").write_text(FILES["studentInfo"] + "ZZZ,2013J,15,M\n") and f, "studentInfo.csv, line 6"),
		(lambda f: (f / "studentVle.csv").write_text(FILES["studentVle"] + 'AAA,"2013J,11,5,1,2\n') and f, "Is a quotation mark open?"),
	],
)  # fmt: skip
def test_a_folder_that_is_not_it_is_told_in_a_sentence(
	folder: Path, capsys: pytest.CaptureFixture[str], spoilt: Callable[[Path], Path], sentence: str
) -> None:
	assert oulad.main([str(spoilt(folder))]) == 2
	assert sentence in capsys.readouterr().err
	assert oulad.main([]) == 2


def test_semicolons_and_marks(folder: Path) -> None:
	expected = list(oulad.facts(folder))
	for name, content in FILES.items():
		(folder / f"{name}.csv").write_text(
			"\ufeff" + content.replace(",", ";").replace("\n", "\r\n"), encoding="utf-8"
		)
	assert list(oulad.facts(folder)) == expected


def test_the_study_has_its_old_name(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
	with pytest.raises(SystemExit):
		program.main(["--help"], name="python -m benchmarks.validity")
	assert "python -m benchmarks.validity" in capsys.readouterr().out
