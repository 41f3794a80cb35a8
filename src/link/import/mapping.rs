//! Which column becomes which field of an entry: by known headings, and by what the person says.

use super::problem::ImportError;
use super::table::Table;

/// A field of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Field {
    /// Code.
    Code,
    /// Question.
    Question,
    /// Other ways to ask.
    Variants,
    /// Keywords.
    Keywords,
    /// Answer.
    Answer,
    /// Steps.
    Steps,
    /// What to bring.
    Materials,
    /// How long it takes.
    TimeLimit,
    /// Telephone.
    Telephone,
    /// Place.
    Place,
    /// Fee.
    Fee,
    /// Owner.
    Department,
    /// Category.
    Category,
    /// Whom it is for.
    Audience,
    /// Law and article.
    Basis,
    /// First day.
    ValidFrom,
    /// Last day.
    ValidUntil,
    /// Remark.
    Marked,
    /// Whether citizens may read it.
    Public,
}

impl Field {
    /// All fields, with the name used in `--map` and the headings that are known without it.
    #[rustfmt::skip]
    const ALL: [(Self, &'static str, &'static [&'static str]); 19] = [
        (Self::Code, "code", &["id", "编号", "编码", "代码", "序号", "知识编号"]),
        (Self::Question, "question", &["title", "问题", "标题", "标准问", "标准问题", "问", "事项名称"]),
        (Self::Variants, "variants", &["相似问", "相似问法", "相似问题", "扩展问", "别名"]),
        (Self::Keywords, "keywords", &["关键词", "关键字", "标签"]),
        (Self::Answer, "answer", &["reply", "答案", "答复", "回复", "解答", "答", "标准答案", "内容"]),
        (Self::Steps, "steps", &["步骤", "流程", "办理流程", "办理步骤"]),
        (Self::Materials, "materials", &["材料", "所需材料", "申请材料", "办理材料"]),
        (Self::TimeLimit, "time_limit", &["时限", "办理时限", "承诺时限"]),
        (Self::Telephone, "telephone", &["phone", "电话", "咨询电话", "联系电话"]),
        (Self::Place, "place", &["address", "地点", "地址", "办理地点"]),
        (Self::Fee, "fee", &["费用", "收费", "收费标准"]),
        (Self::Department, "department", &["部门", "单位", "责任部门", "主管部门", "归口部门", "责任单位"]),
        (Self::Category, "category", &["分类", "类别", "知识分类"]),
        (Self::Audience, "audience", &["对象", "适用对象", "服务对象"]),
        (Self::Basis, "basis", &["依据", "法律依据", "政策依据"]),
        (Self::ValidFrom, "valid_from", &["生效日期", "有效期起", "开始日期"]),
        (Self::ValidUntil, "valid_until", &["失效日期", "有效期至", "有效期止", "截止日期"]),
        (Self::Marked, "marked", &["备注", "说明"]),
        (Self::Public, "public", &["公开", "是否公开", "对外公开"]),
    ];

    /// The name used in `--map` and `--set`.
    pub fn name(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(field, ..)| *field == self)
            .map_or("", |(_, name, _)| name)
    }

    fn from_name(name: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|(_, known, _)| *known == name)
            .map(|(field, ..)| field)
    }
}

/// A column that goes into a field, with the words that stand before it there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Source {
    pub label: String,
    pub column: String,
}

/// What the person says about columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Mapping {
    maps: Vec<(Field, Vec<Source>)>,
    sets: Vec<(Field, String)>,
    pub(super) prefix: String,
}

impl Mapping {
    /// Reads what the command line gave. `maps`: `field=column`, `field=column+column`, `field=Label:column+…`
    /// (the parts joined, each after its label). `sets`: `field=text` for every row. `prefix`: before each code.
    pub fn parse(
        maps: &[String],
        sets: &[String],
        prefix: Option<&str>,
    ) -> Result<Self, ImportError> {
        let mut mapping = Self {
            prefix: prefix.unwrap_or_default().to_owned(),
            ..Self::default()
        };
        for given in maps {
            let (field, columns) = field_of(given)?;
            let sources: Vec<_> = columns
                .split('+')
                .map(|part| {
                    let (label, column) = part.split_once([':', '：']).unwrap_or(("", part));
                    Source {
                        label: label.trim().to_owned(),
                        column: column.trim().to_owned(),
                    }
                })
                .collect();
            if sources.iter().any(|source| source.column.is_empty()) {
                return Err(wrong(given, "a column's name is missing"));
            }
            mapping.maps.push((field, sources));
        }
        for given in sets {
            let (field, text) = field_of(given)?;
            mapping.sets.push((field, text.to_owned()));
        }
        Ok(mapping)
    }

    pub(super) fn set(&self, field: Field) -> Option<&str> {
        let mut sets = self.sets.iter().rev();
        sets.find(|(of, _)| *of == field)
            .map(|(_, text)| text.as_str())
    }
}

fn wrong(given: &str, expected: &str) -> ImportError {
    ImportError::Mapping {
        given: given.to_owned(),
        expected: expected.to_owned(),
    }
}

fn field_of(given: &str) -> Result<(Field, &str), ImportError> {
    let (name, rest) = given
        .split_once('=')
        .ok_or_else(|| wrong(given, "FIELD=… is expected"))?;
    let field = Field::from_name(name.trim()).ok_or_else(|| {
        let names: Vec<_> = Field::ALL.iter().map(|(_, name, _)| *name).collect();
        wrong(given, &format!("the fields are {}", names.join(", ")))
    })?;
    Ok((field, rest))
}

/// Where each field of a table comes from: labels and places of columns.
#[derive(Debug, Default)]
pub(super) struct Plan {
    fields: Vec<(Field, Vec<(String, usize)>)>,
}

impl Plan {
    /// What the person said comes first, then known headings.
    pub(super) fn of(table: &Table, mapping: &Mapping) -> Result<Self, ImportError> {
        let mut plan = Self::default();
        for (field, name, aliases) in Field::ALL {
            let said = mapping.maps.iter().rev().find(|(of, _)| *of == field);
            let sources = if let Some((_, sources)) = said {
                sources
                    .iter()
                    .map(|source| Ok((source.label.clone(), table.required(&source.column)?)))
                    .collect::<Result<Vec<_>, ImportError>>()?
            } else if mapping.set(field).is_some() {
                continue;
            } else {
                let mut known = std::iter::once(&name).chain(aliases);
                known
                    .find_map(|heading| heading_at(table, heading))
                    .map(|at| (String::new(), at))
                    .into_iter()
                    .collect()
            };
            if !sources.is_empty() {
                plan.fields.push((field, sources));
            }
        }
        for field in [Field::Question, Field::Answer] {
            if plan.sources(field).is_empty() && mapping.set(field).is_none() {
                return Err(ImportError::Unmapped {
                    file: table.file.clone(),
                    field: field.name(),
                    have: table.columns.join(", "),
                });
            }
        }
        Ok(plan)
    }

    pub(super) fn sources(&self, field: Field) -> &[(String, usize)] {
        self.fields
            .iter()
            .find(|(of, _)| *of == field)
            .map_or(&[], |(_, sources)| sources)
    }
}

fn heading_at(table: &Table, heading: &str) -> Option<usize> {
    table
        .columns
        .iter()
        .position(|column| column.eq_ignore_ascii_case(heading))
}
