"""The built document as it is committed: right to the character, and complete."""

import re
from hashlib import sha256

import pytest

from knowledge import Document, UnknownClauseError, UnknownMeasureError, UnknownSectionError, load_document
from knowledge.storage import RAW_FILE


@pytest.fixture(scope="module")
def document() -> Document:
    return load_document()


def test_raw_file_is_untouched(document: Document) -> None:
    untouched = "cea4063baed980821be67b1717e668fc721400115b227470155822c6e349e8a5"

    assert sha256(RAW_FILE.read_bytes()).hexdigest() == untouched
    assert document.raw_sha256 == untouched


def test_clean_text_is_the_one_that_was_proofread(document: Document) -> None:
    proofread = "a6a32734be4fc15eb90ff517c70a5c5e77a4e0c27f2f9e728cf1259bed5ea8ea"

    assert document.clean_sha256 == proofread
    assert sha256(document.text.encode()).hexdigest() == proofread


def test_front_matter(document: Document) -> None:
    assert document.title == "2023年上海市推进政府职能转变和“放管服”改革工作要点"
    assert document.number == "沪府办〔2023〕9号"
    assert document.date == "2023-03-17"
    assert document.issuer == "上海市人民政府办公厅"
    assert document.addressees == "各区人民政府，市政府各委、办、局，各有关单位："
    assert document.notice_title == (
        "上海市人民政府办公厅关于印发《2023年上海市推进政府职能转变和“放管服”改革工作要点》的通知"
    )
    assert document.notice == (
        "经市政府同意，现将《2023年上海市推进政府职能转变和“放管服”改革工作要点》印发给你们，请认真按照执行。"
    )
    assert document.preamble.startswith("2023年上海市推进政府职能转变和“放管服”改革工作，要以习近平新时代")
    assert "更好服务国家战略任务实施、上海“五个中心”建设、城市能级" in document.preamble


def test_counts(document: Document) -> None:
    assert (len(document.sections), len(document.measures), len(document.clauses)) == (6, 22, 109)
    assert [len(measure.clauses) for measure in document.measures] == [
        *(5, 5, 5, 4, 5, 6, 7, 5, 6, 6, 6),
        *(5, 5, 4, 6, 5, 6, 4, 5, 3, 3, 3),
    ]
    assert [len(section.measures) for section in document.sections] == [3, 4, 4, 4, 4, 3]


def test_titles_have_neither_number_nor_full_stop(document: Document) -> None:
    assert [section.title for section in document.sections] == [
        "进一步深化行政审批制度改革，推进政府机构职能优化协同高效",
        "创新和加强事中事后监管，着力提高政府治理能力和水平",
        "深入构建全方位服务体系，加快建设人民满意的服务型政府",
        "推动落实市场经济基础制度，充分发挥市场在资源配置中的决定性作用",
        "持续推进改革开放创新，更好服务国家重大战略任务和全市中心工作",
        "强化保障措施，确保改革任务落地见效",
    ]
    assert document.measure(1).title == "持续精简优化各类审批服务事项"
    assert document.measure(2).title == "深化市场主体登记制度改革"
    assert document.measure(8).title == "推动“一网通办”改革向纵深发展"
    assert document.measure(22).title == "加强支撑保障"


@pytest.mark.parametrize(
    ("clause_id", "text"),
    [
        ("2.1", "充分尊重市场主体自主权，持续加大登记制度供给力度，便利市场主体自由进、自由迁、自由出。"),
        (
            "2.4",
            "落实歇业备案制度，加强市场监管、税务、人力资源社会保障等部门间信息共享，"
            "根据企业需要“一口办理”歇业备案手续。",
        ),
        (
            "3.3",
            "优化既有建筑装饰装修等城市更新项目审批流程，在更大范围推行建筑师负责制、“桩基先行”、"
            "“桩基+围护”合并施工许可、提前启动招标、“分期竣工验收”等举措。",
        ),
        (
            "4.4",
            "落实市场主体准入准营审管联动机制，依托“互联网+监管”系统，做好登记注册信息推送、接收和反馈，"
            "强化“照后证前”联动监管。",
        ),
        (
            "5.5",
            "充分运用“大数据+5G+物联网+AI+区块链”，推广以在线监管、远程监管、移动监管、预警防控为特征的非现场监管。",
        ),
        ("7.1", "贯彻实施《上海市行政执法监督办法》，确保行政权力正当行使，维护行政相对人合法权益。"),
        (
            "8.1",
            "打造“一网通办”智慧好办2.0版，全面提升政务服务标准化、规范化、便利化、智慧化水平，"
            "推动办事过程更智慧、更便捷。",
        ),
        (
            "9.5",
            "加快线下“15分钟政务服务圈”建设，强化政务服务自助终端内容供给，深入推进全市通办、长三角通办、跨省通办。",
        ),
        (
            "16.4",
            "深化落实虹桥国际开放枢纽建设总体方案，推进虹桥国际商务人才港建设，加快培育发展民营企业总部、"
            "贸易型总部，用好中国国际进口博览会平台，提升“6天+365天”常年展示交易服务平台能级。",
        ),
        ("17.4", "持续探索“揭榜挂帅”“包干制”等新型科研组织和管理服务方式。"),
        (
            "19.1",
            "实施更加积极、开放、有效的人才政策，组织开展“留·在上海”等系列品牌活动，加大海内外人才引进力度。",
        ),
        ("22.3", "加强标准化支撑，加快制定政务服务事项管理、办事指南编制、业务手册编制、网上办理等标准规范。"),
    ],
)
def test_clause_is_right_to_the_character(document: Document, clause_id: str, text: str) -> None:
    assert document.clause(clause_id).text == text


def test_every_clause_is_one_sentence_at_its_offsets(document: Document) -> None:
    for clause in document.clauses:
        assert clause.text == document.text[clause.start : clause.end]
        assert clause.text.endswith("。")
        assert clause.text.count("。") == 1
        assert clause.id == f"{clause.measure}.{clause.sentence}"
        assert "".join(clause.words) == clause.text


def test_clauses_follow_their_heading_without_a_gap(document: Document) -> None:
    for measure in document.measures:
        heading = f"{measure.number}.{measure.title}。"
        paragraph = document.text[measure.start : measure.end]

        assert paragraph == heading + "".join(clause.text for clause in measure.clauses)
        assert document.text[measure.end] == "\n"


def test_whole_text_is_accounted_for(document: Document) -> None:
    year, month, day = (int(part) for part in document.date.split("-"))
    front = [
        *(document.notice_title, document.number, document.addressees, document.notice, document.issuer),
        *(f"{year}年{month}月{day}日", document.title, document.preamble),
    ]
    body = [
        line
        for section in document.sections
        for line in (
            f"{'一二三四五六'[section.number - 1]}、{section.title}",
            *(document.text[measure.start : measure.end] for measure in section.measures),
        )
    ]

    assert document.text == "\n".join([*front, *body]) + "\n"


def test_text_has_no_character_beyond_the_documents_own(document: Document) -> None:
    others = set(re.sub("[\u4e00-\u9fff]", "", document.text))

    assert others == set("，。、：《》“”〔〕·+.0123456789GAI\n")


@pytest.mark.parametrize("clause_id", ["2.6", "0.1", "23.1", "2", "", "2.40", "２.4"])
def test_clause_that_does_not_exist(document: Document, clause_id: str) -> None:
    with pytest.raises(UnknownClauseError, match=rf"no clause '{clause_id}'; .* from '1\.1' to '22\.3'"):
        document.clause(clause_id)


def test_measure_and_section_that_do_not_exist(document: Document) -> None:
    with pytest.raises(UnknownMeasureError, match=r"no measure 23; measures are numbered 1 to 22"):
        document.measure(23)
    with pytest.raises(UnknownSectionError, match=r"no section 0; sections are numbered 1 to 6"):
        document.section(0)


def test_section_knows_its_measures(document: Document) -> None:
    assert [measure.number for measure in document.section(3).measures] == [8, 9, 10, 11]
